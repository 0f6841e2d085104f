import { openRedisLedger } from '../../router';
import { ledgerContract } from '../contracts/ledger-contract';
import { describeWithRedis } from '../support/redis-team';

describeWithRedis('on Redis', (redis) => {
  ledgerContract('redis', () => {
    const keys = redis.keys();
    return { open: (clock) => openRedisLedger({ connection: redis.connection, keys, clock }), close() {} };
  });
});
