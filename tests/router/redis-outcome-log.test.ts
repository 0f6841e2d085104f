import { openRedisOutcomeLog, type NotedCall } from '../../router';
import { KEPT_CALLS, outcomeLogContract } from '../contracts/outcome-log-contract';
import { fakeClock } from '../support/fake-clock';
import { describeWithRedis } from '../support/redis-team';

describeWithRedis('on Redis', (redis) => {
  it('a log of which Redis has thrown a part away goes on with what comes', async () => {
    const [keys, clock] = [redis.keys(), fakeClock()];
    const log = openRedisOutcomeLog({ connection: redis.connection, keys, clock, keptCalls: 2 });
    const call = (callId: string): NotedCall => ({ callId, atMs: clock.nowMs(), model: 'ollama/qwen3:8b', modelClass: 'small', signature: Uint8Array.from([1]), prior: 0.5, verdict: { ok: true, by: 'qa' } });
    await log.note([call('a'), call('b')]);
    await redis.connection.ask((server) => server.del(keys('outcomes', 'calls')));
    clock.advance(1);
    await log.note([call('c'), call('d')]);
    expect((await log.judged({})).map(({ callId }) => callId)).toEqual(['c', 'd']);
  });

  outcomeLogContract('redis', () => {
    const keys = redis.keys();
    return { open: (clock) => openRedisOutcomeLog({ connection: redis.connection, keys, clock, keptCalls: KEPT_CALLS }), close() {} };
  });
});
