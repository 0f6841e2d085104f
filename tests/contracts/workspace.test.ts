import { join } from 'node:path';
import { systemClock } from '../../kernel';
import { openLocalFileStores, openLocalRunFiles } from '../../workspace';
import { temporaryFolder } from '../support/temporary-folder';
import { fileStoreContract } from './file-store-contract';
import { runFilesContract } from './run-files-contract';

runFilesContract('local folder', (limits) => openLocalRunFiles(join(temporaryFolder(), 'runs'), limits));
fileStoreContract('local folder', () => openLocalFileStores(join(temporaryFolder(), 'workspaces'), systemClock));
