import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteAnswers } from '../../router';
import { openSqlite, type Database } from '../../storage';
import { answerStoreContract } from '../contracts/answer-store-contract';

answerStoreContract('sqlite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aios-answers-'));
  const databases: Database[] = [];
  return {
    open(bounds) {
      const database = openSqlite(join(folder, 'team.sqlite'));
      databases.push(database);
      return openSqliteAnswers(database, bounds);
    },
    close() {
      for (const database of databases) database.close();
      rmSync(folder, { recursive: true });
    },
  };
});
