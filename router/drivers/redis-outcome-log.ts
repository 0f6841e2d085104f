import { redisScript } from '../../storage';
import { KEPT_CALLS, KEPT_MS, RANKS, type CallVerdict, type JudgedCall, type NotedCall, type OutcomeLog, type WhichCalls } from '../outcome-log';
import type { RedisLedgerOptions } from './redis-ledger';

/**
 * KEYS 1 calls · 2 verdicts · 3 calls of each attempt · 4 calls by time
 * ARGV 1 now ms · 2 ms to keep · 3 calls to keep · then for each call: id, ms it began, call, its attempt or '', verdict or ''
 */
const NOTE = redisScript(`
for index = 4, #ARGV, 5 do
  local id, attempt, verdict = ARGV[index], ARGV[index + 3], ARGV[index + 4]
  if redis.call('HSETNX', KEYS[1], id, ARGV[index + 2]) == 1 then
    redis.call('ZADD', KEYS[4], ARGV[index + 1], id)
    if verdict ~= '' then redis.call('HSET', KEYS[2], id, verdict) end
    if attempt ~= '' then redis.call('HSET', KEYS[3], attempt, (redis.call('HGET', KEYS[3], attempt) or '') .. id .. '\\n') end
  end
end
local function forget(ids)
  for _, id in ipairs(ids) do
    local call = redis.call('HGET', KEYS[1], id)
    local attempt = call and cjson.decode(call).of
    if attempt then redis.call('HDEL', KEYS[3], attempt) end
    redis.call('HDEL', KEYS[1], id)
    redis.call('HDEL', KEYS[2], id)
    redis.call('ZREM', KEYS[4], id)
  end
end
forget(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', '(' .. string.format('%.0f', ARGV[1] - ARGV[2]), 'LIMIT', 0, 1000))
local over = redis.call('ZCARD', KEYS[4]) - ARGV[3]
if over > 0 then forget(redis.call('ZRANGE', KEYS[4], 0, over - 1)) end
for index = 1, 4 do redis.call('PEXPIRE', KEYS[index], ARGV[2]) end
return 1
`);

/**
 * KEYS 1 calls · 2 verdicts · 3 calls of each attempt
 * ARGV 1 call or '' · 2 attempt, where there is no call · 3 role that is left out or '' · 4 rank of the judge · 5 verdict
 */
const JUDGE = redisScript(`
local ids = ARGV[1] ~= '' and ARGV[1] .. '\\n' or redis.call('HGET', KEYS[3], ARGV[2]) or ''
for id in string.gmatch(ids, '[^\\n]+') do
  local call = redis.call('HGET', KEYS[1], id)
  if call and (ARGV[3] == '' or cjson.decode(call).role ~= ARGV[3]) then
    local former = redis.call('HGET', KEYS[2], id)
    former = former and cjson.decode(former) or { rank = 0, ok = true }
    local wasGivenUp = ARGV[1] == '' and former.rank == 1 and not former.ok
    if former.rank <= tonumber(ARGV[4]) and not wasGivenUp then redis.call('HSET', KEYS[2], id, ARGV[5]) end
  end
end
return 1
`);

/** Calls read at once. */
const PAGE_CALLS = 1_000;

/** The outcome log in Redis: calls and verdicts in one hash each, found by time and by attempt. */
export function openRedisOutcomeLog({ connection, keys, clock, keptCalls = KEPT_CALLS }: RedisLedgerOptions & { keptCalls?: number }): OutcomeLog {
  const [calls, verdicts, attempts, times] = ['calls', 'verdicts', 'attempts', 'times'].map((name) => keys('outcomes', name)) as [string, string, string, string];

  const page = async (ids: readonly string[]): Promise<JudgedCall[]> => {
    const [found, judgements] = (await connection.together((commands) => commands.hmget(calls, ...ids).hmget(verdicts, ...ids))) as Array<Array<string | null>>;
    return found!.flatMap((call, index) => (call === null || judgements![index] == null ? [] : [judgedCall(call, judgements![index])]));
  };

  return {
    async note(noted) {
      const values = noted.flatMap((call) => [call.callId, call.atMs, storedCall(call), attemptOf(call) ?? '', call.verdict ? storedVerdict(call.verdict) : '']);
      await connection.run(NOTE, [calls, verdicts, attempts, times], [clock.nowMs(), KEPT_MS, keptCalls, ...values]);
    },

    async judge(which, verdict) {
      const one = 'callId' in which ? [which.callId, '', ''] : ['', attemptOf(which)!, which.exceptRole ?? ''];
      await connection.run(JUDGE, [calls, verdicts, attempts], [...one, RANKS[verdict.by], storedVerdict(verdict)]);
    },

    async judged({ sinceMs = 0 }) {
      const ids = await connection.ask((redis) => redis.zrangebyscore(times, sinceMs, '+inf'));
      const all: JudgedCall[] = [];
      for (let start = 0; start < ids.length; start += PAGE_CALLS) all.push(...(await page(ids.slice(start, start + PAGE_CALLS))));
      return all;
    },
  };
}

function attemptOf({ runId, taskId, attempt }: Partial<Exclude<WhichCalls, { callId: string }>>): string | undefined {
  return runId === undefined || taskId === undefined || attempt === undefined ? undefined : JSON.stringify([runId, taskId, attempt]);
}

function storedCall({ verdict: _verdict, ...call }: NotedCall): string {
  return JSON.stringify({ ...call, signature: Buffer.from(call.signature).toString('base64'), of: attemptOf(call) });
}

function storedVerdict({ ok, by }: CallVerdict): string {
  return JSON.stringify({ ok, by, rank: RANKS[by] });
}

function judgedCall(call: string, judgement: string): JudgedCall {
  const { of: _of, ...noted } = JSON.parse(call) as Omit<NotedCall, 'signature'> & { signature: string; of?: string };
  const { ok, by } = JSON.parse(judgement) as CallVerdict;
  return { ...noted, signature: Uint8Array.from(Buffer.from(noted.signature, 'base64')), verdict: { ok, by } };
}
