import { makeId } from '../../kernel';
import { openSqliteControls, openSqliteEventLog, openSqliteJournalStore, openSqliteRunStore } from '../../runs';
import { openSqlite } from '../../storage';
import { fakeClock } from './fake-clock';

/** All of a run's stores in one database in memory, under one clock. */
export function sqliteRuns(clock = fakeClock()) {
  const database = openSqlite(':memory:');
  return { clock, database, controls: openSqliteControls({ database, clock }), runs: openSqliteRunStore({ database, clock, makeId }), journal: openSqliteJournalStore({ database, clock }), events: openSqliteEventLog({ database, clock }) };
}
