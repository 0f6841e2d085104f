import { makeId } from '../../kernel';
import { openRedisEventLog, openRedisJournalStore, openRedisRunStore, openRedisRunTallies, openSqliteEventLog, openSqliteJournalStore, openSqliteRunStore, openSqliteRunTallies } from '../../runs';
import { openSqlite } from '../../storage';
import { describeWithRedis } from '../support/redis-team';
import { eventLogContract } from './event-log-contract';
import { journalStoreContract } from './journal-store-contract';
import { runStoreContract } from './run-store-contract';
import { runTallyContract } from './run-tally-contract';

const memory = () => openSqlite(':memory:');

runStoreContract('sqlite', (clock) => openSqliteRunStore({ database: memory(), clock, makeId }));

journalStoreContract('sqlite', (clock) => {
  const database = memory();
  return { runs: openSqliteRunStore({ database, clock, makeId }), journal: openSqliteJournalStore({ database, clock }) };
});

eventLogContract('sqlite', (clock) => openSqliteEventLog({ database: memory(), clock }));

runTallyContract('sqlite', (clock) => {
  const database = memory();
  return { runs: openSqliteRunStore({ database, clock, makeId }), tallies: openSqliteRunTallies({ database, clock }) };
});

describeWithRedis('on Redis', (redis) => {
  runStoreContract('redis', (clock) => openRedisRunStore({ connection: redis.connection, keys: redis.keys(), clock, makeId }));

  journalStoreContract('redis', (clock) => {
    const store = { connection: redis.connection, keys: redis.keys(), clock, makeId };
    return { runs: openRedisRunStore(store), journal: openRedisJournalStore(store) };
  });

  eventLogContract('redis', (clock) => openRedisEventLog({ connection: redis.connection, keys: redis.keys(), clock, makeId }));

  runTallyContract('redis', (clock) => {
    const store = { connection: redis.connection, keys: redis.keys(), clock, makeId };
    return { runs: openRedisRunStore(store), tallies: openRedisRunTallies(store) };
  });
});
