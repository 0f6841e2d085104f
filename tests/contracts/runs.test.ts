import { makeId } from '../../kernel';
import { openSqliteEventLog, openSqliteJournalStore, openSqliteRunStore, openSqliteRunTallies } from '../../runs';
import { openSqlite } from '../../storage';
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
