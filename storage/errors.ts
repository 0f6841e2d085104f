import { AiosError } from '../kernel';

export class StorageError extends AiosError {
  readonly code = 'STORAGE';
  readonly kind = 'temporary';
}

/** Another process held the database's write lock longer than anything of ours does. */
export class StorageBusyError extends AiosError {
  readonly code = 'STORAGE_BUSY';
  readonly kind = 'temporary';
  constructor(waitedMs: number, cause?: unknown) {
    super(`The team's database was locked by another process for ${waitedMs / 1_000} s; nothing was written.`, {
      hint: 'See what holds team.sqlite open (a backup, a database tool, a process that was paused), then run again: finished work is kept.',
      cause,
    });
  }
}

export class StorageFullError extends AiosError {
  readonly code = 'STORAGE_FULL';
  readonly kind = 'user';
  constructor(cause?: unknown) {
    super("The disk that holds the team's data folder is full; nothing was written.", { hint: 'Free some space, or choose another folder with AIOS_DATA_DIR, then run again: finished work is kept.', cause });
  }
}
