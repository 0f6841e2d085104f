import { openRedisOutcomeLog } from '../../router';
import { KEPT_CALLS, outcomeLogContract } from '../contracts/outcome-log-contract';
import { describeWithRedis } from '../support/redis-team';

describeWithRedis('on Redis', (redis) => {
  outcomeLogContract('redis', () => {
    const keys = redis.keys();
    return { open: (clock) => openRedisOutcomeLog({ connection: redis.connection, keys, clock, keptCalls: KEPT_CALLS }), close() {} };
  });
});
