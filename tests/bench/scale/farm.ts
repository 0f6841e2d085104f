import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeIdleTeams, openTeam, type Team } from '../../../team';
import { N8nInstance } from '../../support/n8n-instance';
import { startOllamaServer } from '../../support/model-servers';
import { startPostgresServer } from '../../support/postgres-server';
import { queueModeEnvironment, startQueueModeN8n, type QueueModeN8n } from '../../support/queue-mode-n8n';
import { startKillableRedis } from '../../support/redis-server';
import { answerTo, goalOf } from '../crash/story';
import type { Shape } from '../crash/story';

/** Main, webhook process and workers with templates 04 and 08, and a model that takes its time. */
export interface ScaleFarm {
  n8n: QueueModeN8n;
  team: Team;
  /** Posts goals, all at once. */
  give(goals: number, shape: Shape): Promise<void>;
  /** Looks every half second until so many runs are done. @returns how many are at the end */
  untilDone(goals: number, withinMs: number, onLook?: (done: number) => void | Promise<void>): Promise<number>;
  close(): Promise<void>;
}

export async function startFarm(workers: number, latencyMs: number): Promise<ScaleFarm> {
  const folder = mkdtempSync(join(tmpdir(), 'aios-scale-'));
  const [postgres, redis, ollama] = await Promise.all([startPostgresServer(), startKillableRedis(folder), startOllamaServer({ models: ['qwen3:8b'], firstTokenDelayMs: latencyMs, answerTo: (body) => answerTo(body, 'scale') })]);
  const n8n = await startQueueModeN8n({ environment: { ...queueModeEnvironment({ postgres, redisPort: redis.port }), AIOS_DATA_DIR: join(folder, 'aios') }, workers });
  const main = new N8nInstance(n8n.facts);
  const credential = await main.createCredential({ ollamaUrl: ollama.url });
  for (const template of ['04-http-api', '08-sweeper']) await main.client.publishWorkflow(await main.importTemplate(template, credential));
  const { team, release } = await openTeam({ redisUrl: `redis://127.0.0.1:${redis.port}` }, { userFolder: folder, environment: { AIOS_DATA_DIR: join(folder, 'aios') }, log: () => {} });
  const headers = { authorization: `Bearer ${n8n.facts.token}`, 'content-type': 'application/json' };
  const done = async () => (await team.insights.stats({ sinceMs: 0 })).runs.done;
  return {
    n8n,
    team,
    async give(goals, shape) {
      const post = async (number: number) => {
        const response = await fetch(`${n8n.webhook.url}/webhook/aios/tasks`, { method: 'POST', headers, body: JSON.stringify({ goal: goalOf(number, shape) }) });
        if (response.status !== 202) throw new RangeError(`Goal ${number} was answered with ${response.status}.`);
        await response.arrayBuffer();
      };
      // The interface takes 600 requests a minute.
      for (let first = 1; first <= goals; first += 40) await Promise.all(Array.from({ length: Math.min(40, goals - first + 1) }, (_, index) => post(first + index)));
    },
    async untilDone(goals, withinMs, onLook) {
      const giveUpAtMs = Date.now() + withinMs;
      for (let count = await done(); ; count = await done()) {
        await onLook?.(count);
        if (count >= goals || Date.now() > giveUpAtMs) return count;
        await sleep(500);
      }
    },
    async close() {
      release();
      await closeIdleTeams();
      await n8n.stop();
      await Promise.all([postgres.stop(), redis.stop(), ollama.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Resident memory of a process in MB; 0 when it is gone. Linux only. */
export function memoryMb(processId: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))![1]) / 1024;
  } catch {
    return 0;
  }
}
