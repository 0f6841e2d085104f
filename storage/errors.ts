import { AiosError } from '../kernel';

export class StorageError extends AiosError {
  readonly code = 'STORAGE';
  readonly kind = 'temporary';
}

export class StorageFullError extends AiosError {
  readonly code = 'STORAGE_FULL';
  readonly kind = 'user';
  constructor(cause?: unknown) {
    super("The disk that holds the team's data folder is full; nothing was written.", { hint: 'Free some space, or choose another folder with AIOS_DATA_DIR, then run again: finished work is kept.', cause });
  }
}
