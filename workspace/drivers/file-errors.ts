import { isAiosError } from '../../kernel';
import { StorageError, StorageFullError } from '../../storage';
import { PathRefusedError } from '../errors';

/** Told by the code alone: an error of another realm (a sandbox, a test runner) is no `instanceof` ours. */
export function isErrno(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}

/** Runs file work and turns the system's errors into ours by their codes. */
export async function translated<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isAiosError(error) ? error : toOurs(path, error);
  }
}

function toOurs(path: string, error: unknown): unknown {
  if (isErrno(error, 'ENOSPC', 'EDQUOT')) return new StorageFullError(error);
  if (isErrno(error, 'ENAMETOOLONG')) return new PathRefusedError(path, 'it is too long for this disk');
  const code = (error as NodeJS.ErrnoException).code;
  if (typeof code !== 'string') return error;
  return new StorageError(`The file ${JSON.stringify(path)} could not be used (${code}).`, { hint: "Check that the team's data folder is a writable folder of n8n's user.", cause: error });
}
