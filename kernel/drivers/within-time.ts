import { runInNewContext } from 'node:vm';

/**
 * Work that may be caught in a regular expression somebody else has written, ended after `timeoutMs` of this process's time. A deadline and no sandbox:
 * the work can do what its caller can.
 *
 * @returns undefined when the time was over
 */
export function withinTime<T>(timeoutMs: number, work: () => T): T | undefined {
  try {
    return runInNewContext('work()', { work }, { timeout: timeoutMs }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  }
}
