import { redisScript } from '../../storage';
import { canGoOn, isDead, rescuing } from '../rescue';
import type { RescueStore } from '../rescue-store';
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

    async findDead(limit) {
      assertListLimit(limit);
      const found = await Promise.all(CANDIDATES.map((status) => deadOf(options, status, limit)));
      return found.flat().sort((one, other) => one.createdAtMs - other.createdAtMs).slice(0, limit).map(({ id }) => id);
    },

    rescue: (runId) => settle(runId, isDead),
    goOn: (runId) => settle(runId, canGoOn),
  };
}

async function deadOf({ connection, keys, clock }: RedisRunStoreOptions, status: (typeof CANDIDATES)[number], limit: number): Promise<Array<{ id: string; createdAtMs: number }>> {
  const dead: Array<{ id: string; createdAtMs: number }> = [];
  for (let start = 0; dead.length < limit; start += PAGE) {
    const ids = await connection.ask((redis) => redis.zrange(indexKey(keys, status), String(start), String(start + PAGE - 1)));
    if (ids.length === 0) break;
    const records = (await connection.together((commands) => ids.reduce((queued, id) => queued.hgetall(runKeys(keys, id).run), commands))) as Array<Record<string, string>>;
    for (const [index, fields] of records.entries()) {
      if (fields.version === undefined) continue;
      const record = recordOf(ids[index]!, fields);
      if (record.run.status === status && isDead(record, clock.nowMs())) dead.push(record.run);
    }
  }
  return dead.slice(0, limit);
}

/** Only a finished step has its output in the journal. */
async function finishedSteps({ connection, keys }: RedisRunStoreOptions, runId: string): Promise<number> {
  const fields = await connection.ask((redis) => redis.hkeys(runKeys(keys, runId).journal));
  return fields.filter((field) => field.startsWith('output:')).length;
}
