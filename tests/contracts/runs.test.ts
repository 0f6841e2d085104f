import { join } from 'node:path';
import { makeId } from '../../kernel';
import { openRedisApprovals, openRedisControls, openRedisEventLog, openRedisJournalStore, openRedisRescueStore, openRedisRunStore, openRedisRunTallies, openSqliteApprovals, openSqliteControls, openSqliteEventLog, openSqliteJournalStore, openSqliteRescueStore, openSqliteRunStore, openSqliteRunTallies } from '../../runs';
import { openSqlite } from '../../storage';
import { describeWithRedis } from '../support/redis-team';
import { temporaryFolder } from '../support/temporary-folder';
import { controlsContract } from './controls-contract';
import { eventLogContract } from './event-log-contract';
import { journalStoreContract } from './journal-store-contract';
import { rescueContract } from './rescue-contract';
import { runPersonContract } from './run-person-contract';
import { runStoreContract } from './run-store-contract';
import { runStoreRaceContract } from './run-store-race-contract';
import { runTallyContract } from './run-tally-contract';
import { sweepAnswersContract } from './sweep-answers-contract';
import { technicalFaultsContract } from './technical-faults-contract';

const memory = () => openSqlite(':memory:');

runStoreContract('sqlite', (clock) => openSqliteRunStore({ database: memory(), clock, makeId }));

runPersonContract('sqlite', (clock) => openSqliteRunStore({ database: memory(), clock, makeId }));

technicalFaultsContract('sqlite', (clock) => openSqliteRunStore({ database: memory(), clock, makeId }));

runStoreRaceContract('sqlite', (clock) => {
  const file = join(temporaryFolder(), 'team.sqlite');
  const open = () => openSqliteRunStore({ database: openSqlite(file), clock, makeId });
  return [open(), open()];
});

journalStoreContract('sqlite', (clock) => {
  const database = memory();
  return { runs: openSqliteRunStore({ database, clock, makeId }), journal: openSqliteJournalStore({ database, clock }) };
});

eventLogContract('sqlite', (clock) => {
  const store = { database: memory(), clock, makeId };
  return { runs: openSqliteRunStore(store), controls: openSqliteControls(store), events: openSqliteEventLog(store) };
});

runTallyContract('sqlite', (clock) => {
  const database = memory();
  return { runs: openSqliteRunStore({ database, clock, makeId }), tallies: openSqliteRunTallies({ database, clock }) };
});

rescueContract('sqlite', (clock) => {
  const file = join(temporaryFolder(), 'team.sqlite');
  const [database, other] = [openSqlite(file), openSqlite(file)];
  return {
    runs: openSqliteRunStore({ database, clock, makeId }),
    journal: openSqliteJournalStore({ database, clock }),
    rescues: [openSqliteRescueStore({ database, clock }), openSqliteRescueStore({ database: other, clock })],
  };
});

sweepAnswersContract('sqlite', (clock) => {
  const store = { database: memory(), clock, makeId };
  return { runs: openSqliteRunStore(store), rescues: openSqliteRescueStore(store), controls: openSqliteControls(store), events: openSqliteEventLog(store), approvals: openSqliteApprovals(store).approvals };
});

controlsContract('sqlite', (clock) => {
  const database = memory();
  return { runs: openSqliteRunStore({ database, clock, makeId }), controls: openSqliteControls({ database, clock }) };
});

describeWithRedis('on Redis', (redis) => {
  runStoreContract('redis', (clock) => openRedisRunStore({ connection: redis.connection, keys: redis.keys(), clock, makeId }));
  runPersonContract('redis', (clock) => openRedisRunStore({ connection: redis.connection, keys: redis.keys(), clock, makeId }));
  technicalFaultsContract('redis', (clock) => openRedisRunStore({ connection: redis.connection, keys: redis.keys(), clock, makeId }));

  runStoreRaceContract('redis', (clock) => {
    const store = { connection: redis.connection, keys: redis.keys(), clock, makeId };
    return [openRedisRunStore(store), openRedisRunStore({ ...store, connection: redis.second })];
  });

  journalStoreContract('redis', (clock) => {
    const store = { connection: redis.connection, keys: redis.keys(), clock, makeId };
    return { runs: openRedisRunStore(store), journal: openRedisJournalStore(store) };
  });

  eventLogContract('redis', (clock) => {
    const store = { connection: redis.connection, keys: redis.keys(), clock, makeId };
    return { runs: openRedisRunStore(store), controls: openRedisControls(store), events: openRedisEventLog(store) };
  });

  runTallyContract('redis', (clock) => {
    const store = { connection: redis.connection, keys: redis.keys(), clock, makeId };
    return { runs: openRedisRunStore(store), tallies: openRedisRunTallies(store) };
  });

  rescueContract('redis', (clock) => {
    const store = { connection: redis.connection, keys: redis.keys(), clock, makeId };
    return { runs: openRedisRunStore(store), journal: openRedisJournalStore(store), rescues: [openRedisRescueStore(store), openRedisRescueStore({ ...store, connection: redis.second })] };
  });

  sweepAnswersContract('redis', (clock) => {
    const store = { connection: redis.connection, keys: redis.keys(), clock, makeId };
    return { runs: openRedisRunStore(store), rescues: openRedisRescueStore(store), controls: openRedisControls(store), events: openRedisEventLog(store), approvals: openRedisApprovals(store).approvals };
  });

  controlsContract('redis', (clock) => {
    const store = { connection: redis.connection, keys: redis.keys(), clock, makeId };
    return { runs: openRedisRunStore(store), controls: openRedisControls(store) };
  });
});
