import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { node24, repositoryDir } from '../../../scripts/n8n-host/place';
import { closeIdleTeams, openTeam } from '../../../team';
import type { ModelServer } from '../../support/model-servers';
import { startKillableRedis, type KillableRedis } from '../../support/redis-server';
import { goalOf } from './story';
import { redisJournal, sqliteJournal, type JournalReader, type Made, type Target } from './target';
import type { Witness } from './witness';

interface Host {
  index: number;
  child: ChildProcess;
  server: ModelServer;
  /** Killed by its next model call, or effect of a tool, before the journal has it. */
  armedFor?: 'call' | 'effect';
  /** Runs it has in hand. */
  runs: Set<string>;
  /** Told when an armed one was killed. */
  killed?: (made: Made) => void;
}

const SWEEP_EVERY_MS = 2_000;

/** Processes that stand for n8n and are back within a second or two: many kills in little time. */
export async function startProcesses({ store, hosts: count }: { store: 'sqlite' | 'redis'; hosts: number }, openWitness: (journal: JournalReader) => Promise<Witness>): Promise<{ target: Target; witness: Witness }> {
  const userFolder = mkdtempSync(join(tmpdir(), 'aios-crash-'));
  const redis = store === 'redis' ? await startKillableRedis(userFolder) : undefined;
  const file = join(userFolder, '.n8n', 'aios', 'default', 'team.sqlite');
  const witness = await openWitness(redis ? redisJournal(redis.port) : sqliteJournal(() => file));
  const place = { credential: redis ? { redisUrl: `redis://127.0.0.1:${redis.port}` } : {}, userFolder, environment: {} };
  const { team, release } = await openTeam(place.credential, { userFolder, environment: { AIOS_API_TOKEN: 'bench' }, log: () => {} });
  const hosts = await Promise.all(Array.from({ length: count }, async (_, index) => await startHost(index)));

  witness.onEffect = (path) => {
    const host = hosts[Number(path.slice(1))];
    if (host?.armedFor === 'effect') void kill(host);
  };

  async function startHost(index: number): Promise<Host> {
    const host = { index, runs: new Set<string>() } as Host;
    host.server = await witness.serve(() => {
      if (host.armedFor === 'call') void kill(host);
    });
    await spawnInto(host);
    return host;
  }

  async function spawnInto(host: Host): Promise<void> {
    const setup = { ...place, credential: { ...place.credential, ollamaUrl: host.server.url }, sinkUrl: `${witness.sinkUrl}/${host.index}`, sweepEveryMs: SWEEP_EVERY_MS };
    host.armedFor = undefined;
    host.child = spawn(node24, ['--import', 'tsx', join(__dirname, 'host.ts'), JSON.stringify(setup)], { cwd: repositoryDir, stdio: ['pipe', 'pipe', process.env.BENCH_DEBUG ? 'inherit' : 'ignore'] });
    host.child.stdin!.on('error', () => {});
    await new Promise<void>((resolve) => {
      createInterface(host.child.stdout!).on('line', (line) => {
        const said = JSON.parse(line) as { took?: string; left?: string; ready?: true };
        if (said.ready) resolve();
        if (said.took) host.runs.add(said.took);
        if (said.left) host.runs.delete(said.left);
      });
    });
  }

  async function kill(host: Host): Promise<Made> {
    host.armedFor = undefined;
    const made = { atMs: Date.now(), victims: [...host.runs] };
    const gone = new Promise<void>((resolve) => host.child.once('exit', () => resolve()));
    host.child.kill('SIGKILL');
    await gone;
    host.runs.clear();
    if (!isClosing) await spawnInto(host);
    host.killed?.(made);
    return made;
  }

  let isClosing = false;
  const target: Target = {
    kinds: ['process', 'process between answer and journal', "process between a tool's effect and journal", 'model server', ...(redis ? ['Redis'] : [])],
    team,
    async give(number, shape) {
      const goal = goalOf(number, shape);
      const runId = shape === 'webhook' ? await overHttp(target, goal, number) : (await team.runs.create({ goal, workflowId: 'bench', idempotencyKey: `bench-${number}`, limits: { privacy: 'internal', budgetUsd: null, deadlineAtMs: null } }).catch(() => undefined))?.run.id;
      if (runId !== undefined) hosts[number % hosts.length]!.child.stdin!.write(`${JSON.stringify({ start: runId })}\n`);
      return runId;
    },
    async kill(kind, random) {
      const host = random.pick(hosts);
      if (kind === 'Redis') return await killRedis(redis!);
      if (kind === 'model server') return await restartServer(host);
      if (kind === 'process') return await kill(host);
      return await killAtNext(kind.includes('effect') ? 'effect' : 'call', host);
    },
    async close() {
      isClosing = true;
      await Promise.all(hosts.map(async (host) => {
        await kill(host);
        await host.server.close();
      }));
      release();
      await closeIdleTeams();
      await witness.close();
      await redis?.stop();
      rmSync(userFolder, { recursive: true, force: true });
    },
  };

  async function killAtNext(what: 'call' | 'effect', host: Host): Promise<Made> {
    const gone = new Promise<Made>((resolve) => (host.killed = resolve));
    host.armedFor = what;
    // With nothing to do there is none: then it dies idle.
    const impatient = setTimeout(() => {
      if (host.armedFor !== undefined) void kill(host);
    }, 6_000);
    const made = await gone;
    clearTimeout(impatient);
    host.killed = undefined;
    return made;
  }

  /** Its calls are cut, and it is back at the same address. */
  async function restartServer(host: Host): Promise<Made> {
    const port = Number(new URL(host.server.url).port);
    const atMs = Date.now();
    await host.server.close();
    host.server = await witness.serve(() => {
      if (host.armedFor === 'call') void kill(host);
    }, port);
    return { atMs, victims: [] };
  }
  return { target, witness };
}

async function killRedis(redis: KillableRedis): Promise<Made> {
  const atMs = Date.now();
  await redis.kill();
  await redis.start();
  return { atMs, victims: [] };
}

async function overHttp({ team }: Target, goal: string, number: number): Promise<string | undefined> {
  const answer = await team.http.answer({
    route: 'createTask', authorization: 'Bearer bench', idempotencyKey: `bench-${number}`, contentType: 'application/json', body: Buffer.from(JSON.stringify({ goal })), query: {},
    baseUrl: 'http://127.0.0.1/webhook/aios', limits: { maxBudgetUsd: null, minPrivacy: 'internal' }, workflowId: 'bench', remoteAddress: '127.0.0.1',
  });
  return answer.status === 202 ? (JSON.parse(String(answer.body)) as { runId: string }).runId : undefined;
}
