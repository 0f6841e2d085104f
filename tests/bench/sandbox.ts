/**
 * Does the sandbox hold, and how fast is it? `npm run bench:sandbox [-- --json]`; the build must have run.
 *
 * Every hostile row of the corpora, bombs and raids on canaries (a file, a secret, a port, a process of this machine), and how long small jobs take.
 * Exit 1 when a canary was touched, a limit did not bite, or a process was left.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openSandbox, type Sandbox, type SandboxJob } from '../../skills';
import { bombs, raids, rowAttack, type Attack, type HostileRow } from './sandbox/attacks';
import { openCanaries } from './sandbox/canaries';
import { makeAttacks } from './sandbox/make-attacks';

const CORPORA = ['payload_snippets', 'redcode_exec'];
const SMALL_JOBS: Array<[string, SandboxJob]> = [
  ['nothing', { language: 'bash', code: ':', files: {} }],
  ['bash', { language: 'bash', code: 'echo hello | sed s/h/H/', files: {} }],
  ['python', { language: 'python', code: 'print("hello")', files: {} }],
  ['javascript', { language: 'javascript', code: 'console.log("hello")', files: {} }],
  ['typescript', { language: 'javascript', code: 'const text: string = "hello"; console.log(text)', files: {} }],
];
const REPEATS = 15;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const print = (facts: object) => process.stdout.write(values.json ? `${JSON.stringify(facts)}\n` : `${Object.entries(facts).map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`).join(', ')}\n`);
  const started: number[] = [];
  const sandbox = openSandbox({ onStart: (pid) => started.push(pid) });
  for (const layer of await sandbox.layers()) print(layer);
  const folder = mkdtempSync(join(tmpdir(), 'aios-bench-'));
  const canaries = await openCanaries(folder);
  let holds = true;
  const parts: Record<string, Attack[]> = { raids: raids(canaries), bombs: bombs(), ...Object.fromEntries(CORPORA.map((name) => [name, rowsOf(name).map((row) => rowAttack(row, canaries.port))])) };
  for (const [part, attacks] of Object.entries(parts)) {
    const startedMs = performance.now();
    const results = await makeAttacks(attacks, { sandbox, canaries, started });
    const bad = results.filter(({ touched, fault }) => touched.length > 0 || fault !== undefined);
    const ends = Object.fromEntries([...new Set(results.map(({ end }) => end))].map((end) => [end, results.filter((result) => result.end === end).length]));
    holds &&= bad.length === 0;
    print({ part, attacks: results.length, touched: results.filter(({ touched }) => touched.length > 0).length, faults: bad.filter(({ fault }) => fault).length, ends, seconds: Math.round((performance.now() - startedMs) / 1_000) });
    for (const result of bad) print(result);
  }
  for (const [name, job] of SMALL_JOBS) print({ job: name, ...(await timesOf(sandbox, job)) });
  canaries.close();
  rmSync(folder, { recursive: true });
  return holds ? 0 : 1;
}

function rowsOf(name: string): HostileRow[] {
  const file = join(process.env.AIOS_SHARED_DIR ?? join(__dirname, '../../../shared'), 'data/code', `${name}.jsonl`);
  return readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as HostileRow);
}

async function timesOf(sandbox: Sandbox, job: SandboxJob): Promise<{ medianMs: number; slowestMs: number }> {
  const times: number[] = [];
  for (let round = 0; round < REPEATS; round++) times.push((await sandbox.run(job, AbortSignal.timeout(60_000))).durationMs);
  times.sort((one, other) => one - other);
  return { medianMs: times[REPEATS >> 1]!, slowestMs: times.at(-1)! };
}

void main().then((exitCode) => process.exit(exitCode));
