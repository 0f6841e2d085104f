import { join } from 'node:path';
import { type FileStores, type WorkspaceLimits, type WorkspaceUser, openLocalFileStores, openWorkspaces } from '../../workspace';
import { systemClock } from '../../kernel';
import { fakeClock } from '../support/fake-clock';
import { temporaryFolder } from '../support/temporary-folder';

/** Workspaces on a disk of their own; `open` gives one in the hands of a user. */
export function openTestWorkspaces(limits?: WorkspaceLimits) {
  const folder = join(temporaryFolder(), 'workspaces');
  const stores: FileStores = openLocalFileStores(folder, systemClock);
  const clock = fakeClock();
  const workspaces = openWorkspaces({ stores, clock, ...(limits && { limits }) });
  return { folder, stores, clock, workspaces, open: (name = 'backend', paths?: WorkspaceUser['paths']) => workspaces.open('shop', { name, ...(paths && { paths }) }) };
}
