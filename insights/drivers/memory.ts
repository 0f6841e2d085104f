import { totalmem } from 'node:os';

/** Bytes this process may use: the machine's memory, or the container's limit where that is smaller. */
export function memoryBytes(): number {
  // Node answers 0, or a number beyond any machine, where there is no limit.
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}
