import { createInterface } from 'node:readline';
import { makeId, systemClock } from '../../kernel';
import { assertStillHeld, holdLease, type Lease, openRedisControls, openRedisEventLog, openRedisJournalStore, openRedisRunStore, openSqliteControls, openSqliteEventLog, openSqliteJournalStore, openSqliteRunStore } from '../../runs';
import { openRedis, openSqlite, teamKeys } from '../../storage';
import { sampleResult, sampleVerdict } from './sample-runs';

/**
 * One process that works on a run, is paused as a whole and wakes after its lease. Prints `working`; at the next line on standard input it writes all
 * that a worker writes and prints as JSON what each write came to. Arguments: database file or Redis URL, run id, lease in ms, team name.
 */
async function main(place: string, runId: string, leaseMs: number, teamName: string): Promise<void> {
  const { runs, journal, events, controls } = await (place.startsWith('redis:') ? redisStores(place, teamName) : sqliteStores(place));
  const told = new Promise<void>((resolve) => createInterface(process.stdin).once('line', () => resolve()));
  await holdLease({ runs, clock: systemClock, runId, owner: 'ada', leaseMs, signal: new AbortController().signal }, async (lease: Lease) => {
    const [claim] = await runs.claimReady(lease);
    await journal.begin(lease, 't1/1/1', 'h');
    process.stdout.write('working\n');
    await told;
    const writes = {
      step: () => journal.finish(lease, 't1/1/1', 'late'),
      result: () => runs.saveResult(lease, sampleResult(claim!)),
      verdict: () => runs.saveVerdict(lease, sampleVerdict(claim!, true)),
      event: () => events.append({ runId, type: 'task.delivered', facts: {} }, lease),
      file: () => assertStillHeld(controls, lease),
      renewal: () => runs.acquire(runId, 'ada', leaseMs, lease.fence),
      end: () => runs.finish(lease, { status: 'done' }),
    };
    const outcomes: Record<string, string> = {};
    for (const [name, write] of Object.entries(writes)) outcomes[name] = await write().then(() => 'written', (error: { code: string }) => error.code);
    process.stdout.write(`${JSON.stringify(outcomes)}\n`);
  });
  process.exit(0);
}

async function sqliteStores(file: string) {
  const options = { database: openSqlite(file), clock: systemClock, makeId };
  return { runs: openSqliteRunStore(options), journal: openSqliteJournalStore(options), events: openSqliteEventLog(options), controls: openSqliteControls(options) };
}

async function redisStores(url: string, teamName: string) {
  const options = { connection: await openRedis({ url }), keys: teamKeys(teamName), clock: systemClock, makeId };
  return { runs: openRedisRunStore(options), journal: openRedisJournalStore(options), events: openRedisEventLog(options), controls: openRedisControls(options) };
}

void main(process.argv[2]!, process.argv[3]!, Number(process.argv[4]), process.argv[5] ?? '');
