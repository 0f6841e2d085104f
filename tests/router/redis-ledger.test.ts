import { openRedisLedger } from '../../router';
import { budgetContract } from '../contracts/budget-contract';
import { ledgerContract } from '../contracts/ledger-contract';
import { describeWithRedis } from '../support/redis-team';

describeWithRedis('on Redis', (redis) => {
  for (const contract of [ledgerContract, budgetContract]) contract('redis', () => {
    const keys = redis.keys();
    return { open: (clock) => openRedisLedger({ connection: redis.connection, keys, clock }), close() {} };
  });
});
