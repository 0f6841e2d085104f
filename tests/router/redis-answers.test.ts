import { openRedisAnswers } from '../../router';
import { answerStoreContract } from '../contracts/answer-store-contract';
import { describeWithRedis } from '../support/redis-team';

describeWithRedis('on Redis', (redis) => {
  answerStoreContract('redis', () => {
    const keys = redis.keys();
    return { open: (bounds) => openRedisAnswers({ connection: redis.connection, keys }, bounds), close() {} };
  });
});
