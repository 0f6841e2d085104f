import type { RunStatus } from '../run';

/** Makes the keys of one team, see `teamKeys` in storage/. */
export type TeamKeys = (...parts: ReadonlyArray<string | number>) => string;

export const RUN_STATUSES: readonly RunStatus[] = ['queued', 'running', 'waiting', 'done', 'failed', 'stopped'];

/** All keys of one run; they die together. */
export function runKeys(keys: TeamKeys, runId: string): { run: string; attempts: string; journal: string; events: string } {
  const key = (part: string) => keys('run', runId, part);
  return { run: key('record'), attempts: key('attempts'), journal: key('journal'), events: key('events') };
}

/** Ids of all runs, or of those with one status, by their time of birth. */
export function indexKey(keys: TeamKeys, status?: RunStatus): string {
  return status === undefined ? keys('runs') : keys('runs', status);
}
