import { join } from 'node:path';
import { type Clock, type Logger, makeId, systemClock } from '../kernel';
import { type Ledger, openRedisLedger, openSqliteLedger } from '../router';
import { type EventLog, type JournalStore, type RunStore, type RunTallies, openRedisEventLog, openRedisJournalStore, openRedisRunStore, openRedisRunTallies, openSqliteEventLog, openSqliteJournalStore, openSqliteRunStore, openSqliteRunTallies } from '../runs';
import { type RedisAddress, openRedis, openSqlite, readRedisFacts, redisRisks, teamKeys } from '../storage';
import { type RunFiles, inSharedFolder, openLocalRunFiles, openSharedFolder } from '../workspace';
import type { TeamConfig } from './config';
import { runFilesFolder } from './data-folder';
import { type RequestLimiter, memoryRequestLimiter, redisRequestLimiter } from './drivers/request-limiter';

/** All that a team remembers, and the clock it goes by. */
export interface Stores {
  clock: Clock;
  runs: RunStore;
  tallies: RunTallies;
  events: EventLog;
  journalStore: JournalStore;
  ledger: Ledger;
  files: RunFiles;
  limiter: RequestLimiter;
  close(): Promise<void>;
}

export interface StoresPlan {
  config: TeamConfig;
  /** Absolute folder of this team. */
  folder: string;
  log: Logger;
}

const HTTP_REQUESTS_PER_MINUTE = 600;

/** The one place that chooses between embedded and Redis. @throws {RedisDownError | RedisTimeoutError | RedisRefusedError} */
export async function openStores(plan: StoresPlan): Promise<Stores> {
  const { redisUrl, redisTls } = plan.config;
  return redisUrl === undefined ? sqliteStores(plan) : await redisStores(plan, { url: redisUrl, tls: redisTls });
}

function sqliteStores({ folder }: StoresPlan): Stores {
  const clock = systemClock;
  const database = openSqlite(join(folder, 'team.sqlite'));
  return {
    clock,
    runs: openSqliteRunStore({ database, clock, makeId }),
    tallies: openSqliteRunTallies({ database, clock }),
    events: openSqliteEventLog({ database, clock }),
    journalStore: openSqliteJournalStore({ database, clock }),
    ledger: openSqliteLedger(database, clock),
    files: openLocalRunFiles(runFilesFolder(folder)),
    limiter: memoryRequestLimiter(HTTP_REQUESTS_PER_MINUTE),
    close: async () => database.close(),
  };
}

async function redisStores({ config, folder, log }: StoresPlan, address: RedisAddress): Promise<Stores> {
  const connection = await openRedis(address);
  try {
    for (const risk of redisRisks(await readRedisFacts(connection))) log.warn(risk);
    // All processes go by one clock, the server's: a lease means the same time on every machine.
    const clock: Clock = { ...systemClock, nowMs: () => systemClock.nowMs() + connection.clockOffsetMs() };
    const store = { connection, keys: teamKeys(config.teamName), clock, makeId };
    const shared = await openSharedFolder({ ...store, folder });
    return {
      clock,
      runs: openRedisRunStore(store),
      tallies: openRedisRunTallies(store),
      events: openRedisEventLog(store),
      journalStore: openRedisJournalStore(store),
      ledger: openRedisLedger(store),
      files: inSharedFolder(openLocalRunFiles(runFilesFolder(folder)), shared),
      limiter: redisRequestLimiter(HTTP_REQUESTS_PER_MINUTE, store),
      close: async () => {
        await shared.close();
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
