/** What `npm run bench:overhead` runs in processes of their own, bundled as the team is for n8n: the stub, the callers, the long run. */
import { measureMemory } from './memory';
import { startStub } from './stub';
import { inProcess, overHttp, type Target } from './targets';
import { measureCells } from './windows';

/** The first argument, JSON. */
export type Job =
  | { kind: 'stub'; delayMs: number }
  | { kind: 'cells'; stubs: Array<{ upstreamMs: number; url: string }>; callers: number[]; rounds: number; windowMs: number; portkeyUrl?: string; only?: string }
  | { kind: 'memory'; stubUrl: string; calls: number; samples: number; callers: number };

async function work(job: Job): Promise<void> {
  if (job.kind === 'stub') return say({ url: (await startStub(job.delayMs)).url });
  if (job.kind === 'memory') say(await measureMemory(job.stubUrl, job));
  else for (const { upstreamMs, url } of job.stubs) await cellsOf(job, upstreamMs, url);
  process.exit(0);
}

async function cellsOf(job: Extract<Job, { kind: 'cells' }>, upstreamMs: number, stubUrl: string): Promise<void> {
  const targets: Target[] = [overHttp('direct', stubUrl), inProcess(stubUrl)];
  if (job.portkeyUrl) targets.push(overHttp('portkey', job.portkeyUrl, { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': stubUrl, authorization: 'Bearer sk-test' }));
  const wanted = targets.filter(({ name }) => job.only === undefined || name === job.only);
  for (const callers of job.callers) say(await measureCells(wanted, { upstreamMs, callers, rounds: job.rounds, windowMs: job.windowMs }));
  for (const target of targets) target.close();
}

function say(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

void work(JSON.parse(process.argv[2]!) as Job);
