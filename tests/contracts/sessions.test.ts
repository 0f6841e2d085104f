import { setTimeout as sleep } from 'node:timers/promises';
import { openRedisSessions, openSqliteSessions } from '../../memory';
import { openSqlite } from '../../storage';
import { fakeClock } from '../support/fake-clock';
import { describeWithRedis } from '../support/redis-team';
import { sessionStoreContract } from './session-store-contract';

sessionStoreContract('sqlite', () => {
  const [database, clock] = [openSqlite(':memory:'), fakeClock()];
  return { open: () => openSqliteSessions({ database, clock }), wait: (ms) => clock.advance(ms) };
});

describeWithRedis('sessions in Redis', (redis) => {
  sessionStoreContract('redis', () => {
    const keys = redis.keys();
    let uses = 0;
    // Redis forgets by its own clock.
    return { open: () => openRedisSessions({ connection: uses++ % 2 ? redis.second : redis.connection, keys }), wait: async (ms) => void (await sleep(ms)) };
  });
});
