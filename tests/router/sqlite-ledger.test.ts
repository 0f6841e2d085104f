import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteLedger } from '../../router';
import { openSqlite, type Database } from '../../storage';
import { budgetContract } from '../contracts/budget-contract';
import { ledgerContract } from '../contracts/ledger-contract';

for (const contract of [ledgerContract, budgetContract]) contract('sqlite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aios-ledger-'));
  const databases: Database[] = [];
  return {
    open(clock) {
      const database = openSqlite(join(folder, 'team.sqlite'));
      databases.push(database);
      return openSqliteLedger(database, clock);
    },
    close() {
      for (const database of databases) database.close();
      rmSync(folder, { recursive: true });
    },
  };
});
