import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteOutcomeLog } from '../../router';
import { openSqlite, type Database } from '../../storage';
import { KEPT_CALLS, outcomeLogContract } from '../contracts/outcome-log-contract';

outcomeLogContract('sqlite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aios-outcomes-'));
  const databases: Database[] = [];
  return {
    open(clock) {
      const database = openSqlite(join(folder, 'team.sqlite'));
      databases.push(database);
      return openSqliteOutcomeLog(database, clock, KEPT_CALLS);
    },
    close() {
      for (const database of databases) database.close();
      rmSync(folder, { recursive: true });
    },
  };
});
