import { makeId, systemClock } from '../../kernel';
import { type EventLog, type RunStore, openRedisEventLog, openRedisRunStore, openSqliteEventLog, openSqliteRunStore } from '../../runs';
import { openRedis, openSqlite, teamKeys } from '../../storage';
import { sampleResult, sampleVerdict } from './sample-runs';

/**
 * One process that takes whatever runs it can get from a shared store and works their tasks off.
 * Prints `claimed <runId> <taskId> <attempt>` per task. Arguments: database file or Redis URL, owner, team name.
 */
async function main(place: string, owner: string, teamName: string): Promise<void> {
  const { runs, events, close } = await (place.startsWith('redis:') ? redisStore(place, teamName) : sqliteStore(place));
  for (const { id } of await runs.list({ limit: 500 })) {
    const lease = await runs.acquire(id, owner, 60_000).catch(unlessBusy);
    if (!lease) continue;
    for (let claims = await runs.claimReady(lease); claims.length > 0; claims = await runs.claimReady(lease)) {
      for (const claim of claims) {
        process.stdout.write(`claimed ${claim.runId} ${claim.taskId} ${claim.attempt}\n`);
        await events.append({ runId: 'shared', type: 'task.started', taskId: claim.taskId, facts: { owner } });
        await runs.saveResult(lease, sampleResult(claim));
        await runs.saveVerdict(lease, sampleVerdict(claim, true));
      }
    }
    await runs.finish(lease, { status: 'done' });
  }
  await close();
}

interface Store {
  runs: RunStore;
  events: EventLog;
  close(): Promise<void>;
}

async function sqliteStore(file: string): Promise<Store> {
  const options = { database: openSqlite(file), clock: systemClock, makeId };
  return { runs: openSqliteRunStore(options), events: openSqliteEventLog(options), close: async () => options.database.close() };
}

async function redisStore(url: string, teamName: string): Promise<Store> {
  const options = { connection: await openRedis({ url }), keys: teamKeys(teamName), clock: systemClock, makeId };
  return { runs: openRedisRunStore(options), events: openRedisEventLog(options), close: () => options.connection.close() };
}

function unlessBusy(error: { code?: string }): undefined {
  if (error.code !== 'RUN_BUSY' && error.code !== 'RUN_FINISHED') throw error;
  return undefined;
}

void main(process.argv[2]!, process.argv[3]!, process.argv[4] ?? '');
