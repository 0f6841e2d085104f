import { join } from 'node:path';
import { openSqliteMemory } from '../../memory';
import { openSqlite } from '../../storage';
import { temporaryFolder } from '../support/temporary-folder';
import { memoryStoreContract } from './memory-store-contract';

memoryStoreContract('sqlite', async (clock) => {
  const file = join(temporaryFolder(), 'team.sqlite');
  return [openSqliteMemory({ database: openSqlite(file), clock }), openSqliteMemory({ database: openSqlite(file), clock })];
});
