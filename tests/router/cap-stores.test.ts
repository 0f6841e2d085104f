import { memoryCapStore, openRedisCapStore, openSqliteCapStore, type CapStore } from '../../router';
import { openSqlite } from '../../storage';
import { capStoreContract } from '../contracts/cap-store-contract';
import { describeWithRedis } from '../support/redis-team';
import { temporaryFolder } from '../support/temporary-folder';

capStoreContract('memory', () => {
  let store: CapStore | undefined;
  // One process has one store.
  return { open: (clock) => (store ??= memoryCapStore(clock)), close() {} };
});

capStoreContract('sqlite', () => {
  const file = `${temporaryFolder()}/team.sqlite`;
  const databases = [openSqlite(file), openSqlite(file)];
  let opened = 0;
  return { open: (clock) => openSqliteCapStore(databases[opened++]!, clock), close: () => databases.forEach((database) => database.close()) };
});

describeWithRedis('on Redis', (redis) =>
  capStoreContract('redis', () => {
    const keys = redis.keys();
    let opened = 0;
    return { open: (clock) => openRedisCapStore({ connection: opened++ ? redis.second : redis.connection, keys, clock }), close() {} };
  }),
);
