import { makeId, systemClock } from '../../kernel';
import { openSqliteEventLog, openSqliteRunStore } from '../../runs';
import { openSqlite } from '../../storage';
import { sampleResult, sampleVerdict } from './sample-runs';

/**
 * One process that takes whatever runs it can get from a shared database and works their tasks off.
 * Prints `claimed <runId> <taskId> <attempt>` per task. Arguments: database file, owner.
 */
async function main(file: string, owner: string): Promise<void> {
  const database = openSqlite(file);
  const runs = openSqliteRunStore({ database, clock: systemClock, makeId });
  const events = openSqliteEventLog({ database, clock: systemClock });
  for (const { id } of await runs.list({ limit: 500 })) {
    const lease = await runs.acquire(id, owner, 600_000).catch(unlessBusy);
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
}

function unlessBusy(error: { code?: string }): undefined {
  if (error.code !== 'RUN_BUSY' && error.code !== 'RUN_FINISHED') throw error;
  return undefined;
}

void main(process.argv[2]!, process.argv[3]!);
