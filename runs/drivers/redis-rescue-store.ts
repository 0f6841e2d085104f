import { redisScript } from '../../storage';
import { canGoOn, isDead, rescuing } from '../rescue';
import type { RescueStore } from '../rescue-store';
import type { Run, RunStatus } from '../run';
import type { RunRecord } from '../run-record';
import { assertListLimit } from '../run-state';
import { indexKey, runKeys } from './redis-keys';
import { type RedisRunStoreOptions, change } from './redis-run-change';
import { recordOf } from './redis-run-record';

/** Statuses a dead run can have. */
const CANDIDATES = ['running', 'queued', 'stopped', 'waiting'] as const;
/** Runs read at once. */
const PAGE = 200;

/** KEYS 1 turn; ARGV 1 now ms · 2 until ms · 3 time to live ms → 1 when it was taken. By the caller's clock, which is the server's, as all leases are. */
const TAKE_TURN = redisScript(`
local until_ms = redis.call('GET', KEYS[1])
-- One that ends much later than one taken now is of a clock that was set back since; two processes know the server's clock to some milliseconds.
if until_ms and tonumber(until_ms) > tonumber(ARGV[1]) and tonumber(until_ms) <= tonumber(ARGV[2]) + tonumber(ARGV[3]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
`);

/** The sweeper's view on the runs of one team in Redis. */
export function openRedisRescueStore(options: RedisRunStoreOptions): RescueStore {
  const { connection, keys, clock } = options;
  const settle = (runId: string, isDue: typeof isDead) =>
    change(options, runId, async (before) => {
      const { record, outcome } = rescuing(before, { nowMs: clock.nowMs(), steps: await finishedSteps(options, runId) }, isDue);
      return { record, answer: outcome };
    });
  return {
    async takeTurn(turnMs) {
      const nowMs = clock.nowMs();
      return (await connection.run(TAKE_TURN, [keys('turn', 'sweep')], [nowMs, nowMs + turnMs, turnMs])) === 1;
    },

    async findDead(limit, mayStart = () => true) {
      assertListLimit(limit);
      const isWanted = (record: RunRecord) => isDead(record, clock.nowMs()) && mayStart(record.run);
      const found = await Promise.all(CANDIDATES.map((status) => oldestOf(options, status, limit, isWanted)));
      return found.flat().sort((one, other) => one.createdAtMs - other.createdAtMs).slice(0, limit).map(({ id }) => id);
    },

    async findWaiting(limit, after = { id: '', createdAtMs: 0 }) {
      assertListLimit(limit);
      // The index is in this order as well: by birth, then by id.
      const isAfter = (run: Run) => run.createdAtMs > after.createdAtMs || run.id > after.id;
      return await oldestOf(options, 'waiting', limit, ({ run }) => run.error === undefined && isAfter(run), after.createdAtMs);
    },

    rescue: (runId) => settle(runId, isDead),
    goOn: (runId) => settle(runId, canGoOn),
  };
}

/** @param bornFromMs those born earlier are passed over */
async function oldestOf({ connection, keys }: RedisRunStoreOptions, status: RunStatus, limit: number, isWanted: (record: RunRecord) => boolean, bornFromMs = 0): Promise<Run[]> {
  const found: Run[] = [];
  for (let start = 0; found.length < limit; start += PAGE) {
    const ids = await connection.ask((redis) => redis.zrangebyscore(indexKey(keys, status), bornFromMs, '+inf', 'LIMIT', start, PAGE));
    if (ids.length === 0) break;
    const records = (await connection.together((commands) => ids.reduce((queued, id) => queued.hgetall(runKeys(keys, id).run), commands))) as Array<Record<string, string>>;
    for (const [index, fields] of records.entries()) {
      if (fields.version === undefined) continue;
      const record = recordOf(ids[index]!, fields);
      if (record.run.status === status && isWanted(record)) found.push(record.run);
    }
  }
  return found.slice(0, limit);
}

/** Only a finished step has its output in the journal. */
async function finishedSteps({ connection, keys }: RedisRunStoreOptions, runId: string): Promise<number> {
  const fields = await connection.ask((redis) => redis.hkeys(runKeys(keys, runId).journal));
  return fields.filter((field) => field.startsWith('output:')).length;
}
