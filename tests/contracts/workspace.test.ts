import { join } from 'node:path';
import { openLocalRunFiles } from '../../workspace';
import { temporaryFolder } from '../support/temporary-folder';
import { runFilesContract } from './run-files-contract';

runFilesContract('local folder', (limits) => openLocalRunFiles(join(temporaryFolder(), 'runs'), limits));
