import { DatabaseSync } from 'node:sqlite';
import { Redis } from 'ioredis';
import type { Team } from '../../../team';
import type { Random } from '../privacy/random';
import type { Shape } from './story';

/** What is killed, and looked at afterwards. */
export interface Target {
  /** What can be killed. */
  kinds: readonly string[];
  /** The same stores, to look at. */
  team: Team;
  /** Gives the team a goal. @returns undefined when nobody took it; it is given again later, under the same key */
  give(number: number, shape: Shape): Promise<string | undefined>;
  /** Kills, and has what was killed back up before it answers, or soon after. */
  kill(kind: string, random: Random): Promise<Made>;
  close(): Promise<void>;
}

/** One kill. `victims`: runs that died with it; undefined when nobody can tell. */
export interface Made {
  atMs: number;
  victims?: readonly string[];
}

export type JournalReader = (runId: string, mark: string) => Promise<boolean>;

/** Whether an answer that holds the mark is in the run's journal, asked of the database itself. */
export function sqliteJournal(file: () => string): JournalReader {
  return async (runId, mark) => {
    const database = new DatabaseSync(file(), { readOnly: true, timeout: 5_000 });
    try {
      return database.prepare('SELECT 1 FROM journal_steps WHERE run_id = ? AND instr(output, ?) > 0').get(runId, mark) !== undefined;
    } finally {
      database.close();
    }
  };
}

export function redisJournal(port: number): JournalReader {
  return async (runId, mark) => {
    const redis = new Redis(port, '127.0.0.1', { lazyConnect: true, maxRetriesPerRequest: 20 });
    redis.on('error', () => {});
    try {
      const fields = await redis.hgetall(`aios:{default}:run:${runId}:journal`);
      return Object.entries(fields).some(([name, value]) => name.startsWith('output:') && value.includes(mark));
    } finally {
      redis.disconnect();
    }
  };
}
