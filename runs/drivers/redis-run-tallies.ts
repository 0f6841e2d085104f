import type { RedisConnection } from '../../storage';
import type { RunStatus } from '../run';
import { type RunTallies, type RunTally, emptyTally, tallyKey } from '../run-tally';
import type { TaskProgress } from '../task-transitions';
import { type TeamKeys, indexKey, runKeys } from './redis-keys';

/** Runs asked for at once: a month of them need not be in one answer. */
const PAGE = 500;

/** Counts the runs of one team in Redis. */
export function openRedisRunTallies({ connection, keys }: { connection: RedisConnection; keys: TeamKeys }): RunTallies {
  return {
    async tally({ sinceMs }) {
      const counted = emptyTally();
      const ids = await connection.ask((redis) => redis.zrangebyscore(indexKey(keys), sinceMs, '+inf'));
      for (let start = 0; start < ids.length; start += PAGE) {
        const page = ids.slice(start, start + PAGE);
        const runs = await connection.together((commands) => page.reduce((queued, id) => queued.hmget(runKeys(keys, id).run, 'status', 'progress'), commands));
        for (const run of runs) count(run as Array<string | null>, counted);
      }
      return counted;
    },
  };
}

/** A run that is gone since its index was read has no status. */
function count([status, progress]: Array<string | null>, counted: RunTally): void {
  if (!status) return;
  counted.runs[status as RunStatus] += 1;
  for (const [, task] of JSON.parse(progress!) as Array<[string, TaskProgress]>) counted.tasks[tallyKey(task)] += 1;
}
