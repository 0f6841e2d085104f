import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeIdleTeams, openTeam } from '../../../team';
import { ensureHost } from '../../../scripts/n8n-host/install';
import { installPackage, packPackage } from '../../../scripts/n8n-host/install-package';
import { launchN8n, type RunningN8n } from '../../../scripts/n8n-host/launch';
import { freePort } from '../../../scripts/n8n-host/ports';
import { furnishOwner, N8nInstance, type InstanceFacts } from '../../support/n8n-instance';
import { startPostgresServer } from '../../support/postgres-server';
import { queueModeEnvironment, startQueueModeN8n } from '../../support/queue-mode-n8n';
import { startKillableRedis } from '../../support/redis-server';
import { pipelineWithEffects } from './effect-workflow';
import { goalOf } from './story';
import { redisJournal, sqliteJournal, type JournalReader, type Target } from './target';
import type { Witness } from './witness';

const MODEL_SERVER = 'model server';
const CUT_CALL = 'n8n main between answer and journal';
const CUT_EFFECT = "n8n main between a tool's effect and journal";

interface Farm {
  facts: InstanceFacts;
  kinds: string[];
  /** Where goals are given. */
  url(): string;
  /** @returns when, and whether all runs died with it */
  kill(kind: string): Promise<{ atMs: number; isAll: boolean }>;
  journal: JournalReader;
  team: { credential: Record<string, string>; userFolder: string; environment: Record<string, string> };
  stop(): Promise<void>;
}

/** A real n8n with templates 04 and 08 published: one process, or main with two workers, a webhook process, Redis and PostgreSQL. */
export async function startN8nTarget(mode: 'regular' | 'queue', openWitness: (journal: JournalReader) => Promise<Witness>): Promise<{ target: Target; witness: Witness }> {
  const farm = mode === 'regular' ? await startRegular() : await startQueue();
  const witness = await openWitness(farm.journal);
  let onCall = (): void => {};
  let server = await witness.serve(() => onCall());
  /** Its calls are cut, and it is back at the same address. */
  const restartModels = async () => {
    const atMs = Date.now();
    await server.close();
    server = await witness.serve(() => onCall(), Number(new URL(server.url).port));
    return { atMs, victims: [] };
  };
  /** Comes when a model's answer, or a tool's effect, is there and the journal has not heard of it; after a while in any case. */
  const nextMoment = (kind: string) => new Promise<void>((resolve) => {
    const patience = setTimeout(resolve, 20_000);
    const come = () => {
      onCall = witness.onEffect = () => {};
      clearTimeout(patience);
      resolve();
    };
    if (kind === CUT_CALL) onCall = come;
    else witness.onEffect = come;
  });
  const n8n = new N8nInstance(farm.facts);
  const credential = await n8n.createCredential({ ollamaUrl: server.url });
  await n8n.client.publishWorkflow(await n8n.createWorkflow(pipelineWithEffects(witness.sinkUrl), credential));
  await n8n.client.publishWorkflow(await n8n.importTemplate('08-sweeper', credential));
  const { team, release } = await openTeam(farm.team.credential, { ...farm.team, log: () => {} });
  const headers = { authorization: `Bearer ${farm.facts.token}`, 'content-type': 'application/json' };
  const target: Target = {
    kinds: [...farm.kinds, MODEL_SERVER],
    team,
    async give(number, shape) {
      const response = await fetch(`${farm.url()}/webhook/aios/tasks`, { method: 'POST', headers: { ...headers, 'idempotency-key': `bench-${number}` }, body: JSON.stringify({ goal: goalOf(number, shape) }), signal: AbortSignal.timeout(10_000) });
      return response.status === 202 ? ((await response.json()) as { runId: string }).runId : undefined;
    },
    async kill(kind) {
      if (kind === MODEL_SERVER) return await restartModels();
      if (kind === CUT_CALL || kind === CUT_EFFECT) await nextMoment(kind);
      // The kill comes first: what is looked at is as the dead left it.
      const killing = farm.kill(kind);
      const open = (await Promise.all((['running', 'queued'] as const).map((status) => team.runs.list({ status, limit: 500 }).catch(() => [])))).flat();
      const { atMs, isAll } = await killing;
      return { atMs, ...(isAll && { victims: open.map(({ id }) => id) }) };
    },
    async close() {
      release();
      await closeIdleTeams();
      await farm.stop();
      await server.close();
      await witness.close();
    },
  };
  return { target, witness };
}

async function startRegular(): Promise<Farm> {
  const userFolder = mkdtempSync(join(tmpdir(), 'aios-crash-n8n-'));
  const hostDir = await ensureHost((text) => void process.stderr.write(`${text}\n`));
  const tarball = await packPackage(join(userFolder, 'packed'));
  await installPackage(tarball, userFolder);
  const place = { hostDir, userFolder, port: await freePort() };
  let running = await started(place);
  return {
    facts: { ...(await furnishOwner(running.url)), url: running.url, userFolder, tarball, token: randomBytes(16).toString('hex') },
    kinds: ['n8n main', CUT_CALL, CUT_EFFECT],
    url: () => running.url,
    async kill() {
      const atMs = await killed(running);
      running = await started(place);
      return { atMs, isAll: true };
    },
    journal: sqliteJournal(() => join(userFolder, '.n8n', 'aios', 'default', 'team.sqlite')),
    team: { credential: {}, userFolder, environment: {} },
    async stop() {
      await running.stop();
      rmSync(userFolder, { recursive: true, force: true });
    },
  };
}

async function startQueue(): Promise<Farm> {
  const folder = mkdtempSync(join(tmpdir(), 'aios-crash-queue-'));
  const [postgres, redis] = await Promise.all([startPostgresServer(), startKillableRedis(folder)]);
  const environment = { ...queueModeEnvironment({ postgres, redisPort: redis.port }), AIOS_DATA_DIR: join(folder, 'aios') };
  const n8n = await startQueueModeN8n({ environment, workers: 2 });
  let { main, webhook } = n8n;
  const workers = [...n8n.workers];
  let turn = 0;
  return {
    facts: n8n.facts,
    kinds: ['worker', 'n8n main', 'webhook process', 'Redis', 'worker'],
    url: () => webhook.url,
    async kill(kind) {
      if (kind === 'Redis') {
        const atMs = Date.now();
        await redis.kill();
        await redis.start();
        return { atMs, isAll: false };
      }
      const index = kind === 'worker' ? turn++ % workers.length : 0;
      const victim = { worker: workers[index]!, 'n8n main': main, 'webhook process': webhook }[kind]!;
      const atMs = await killed(victim);
      const back = await n8n.restart(victim);
      if (kind === 'worker') workers[index] = back;
      else if (kind === 'webhook process') webhook = back;
      else main = back;
      return { atMs, isAll: false };
    },
    journal: redisJournal(redis.port),
    team: { credential: { redisUrl: `redis://127.0.0.1:${redis.port}` }, userFolder: folder, environment: { AIOS_DATA_DIR: join(folder, 'aios') } },
    async stop() {
      await n8n.stop();
      await Promise.all([postgres.stop(), redis.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function started(place: Parameters<typeof launchN8n>[0]): Promise<RunningN8n> {
  const n8n = await launchN8n(place);
  await n8n.ready;
  return n8n;
}

async function killed(n8n: RunningN8n): Promise<number> {
  const atMs = Date.now();
  process.kill(n8n.processId, 'SIGKILL');
  await n8n.ended;
  return atMs;
}
