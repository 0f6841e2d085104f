import { type SizeReader, localSizes, redisSizes } from '../insights';
import { type Clock, type Logger, makeId, nextTurn, systemClock } from '../kernel';
import { type MemoryStore, type RecallTallies, type SessionStore, openRedisSessions, openSqliteSessions, openRedisRecallTallies, openSqliteRecallTallies } from '../memory';
import { type CalibrationStore, isThisMachine, type AnswerStore, type CapStore, type Ledger, type OutcomeLog, openRedisCalibrationStore, openRedisAnswers, openRedisCapStore, openRedisLedger, openSqliteCapStore, openSqliteAnswers, openRedisOutcomeLog, openSqliteCalibrationStore, openSqliteLedger, openSqliteOutcomeLog } from '../router';
import { type ApprovalStore, type ApproverStore, type ControlStore, type EventLog, type JournalStore, type RescueStore, type RunStore, type RunTallies, openRedisApprovals, openRedisControls, openRedisEventLog, openRedisJournalStore, openRedisRescueStore, openRedisRunStore, openRedisRunTallies, openSqliteApprovals, openSqliteControls, openSqliteEventLog, openSqliteJournalStore, openSqliteRescueStore, openSqliteRunStore, openSqliteRunTallies } from '../runs';
import { type RedisAddress, type RedisConnection, hasSqlite, openRedis, openSqlite, readRedisFacts, redisRisks, teamKeys } from '../storage';
import { type FileStores, type RunFiles, inSharedFolder, openLocalFileStores, openLocalRunFiles, openS3FileStores, openSharedFolder, projectsInSharedFolder, runFilesInStores } from '../workspace';
import { bucketOf, type TeamConfig } from './config';
import { runFilesFolder, teamDatabaseFile, workspacesFolder } from './data-folder';
import { openMemoryStore } from './memory-store';
import { type RequestLimiter, memoryRequestLimiter, redisRequestLimiter } from './drivers/request-limiter';

/** All that a team remembers, and the clock it goes by. */
export interface Stores {
  clock: Clock;
  runs: RunStore;
  controls: ControlStore;
  rescues: RescueStore;
  tallies: RunTallies;
  sizes: SizeReader;
  events: EventLog;
  journalStore: JournalStore;
  ledger: Ledger;
  outcomes: OutcomeLog;
  calibrations: CalibrationStore;
  answers: AnswerStore;
  caps: CapStore;
  files: RunFiles;
  memory: MemoryStore;
  recallTallies: RecallTallies;
  sessions: SessionStore;
  /** Bytes of the projects' workspaces. */
  projects: FileStores;
  approvals: ApprovalStore;
  approvers: ApproverStore;
  limiter: RequestLimiter;
  /** For decisions: nobody makes many of them, and guessing tokens must be slow. */
  decisionLimiter: RequestLimiter;
  close(): Promise<void>;
}

export interface StoresPlan {
  config: TeamConfig;
  /** Absolute folder of this team. */
  folder: string;
  log: Logger;
}

const HTTP_REQUESTS_PER_MINUTE = 600;
const DECISIONS_PER_MINUTE = 30;

/** The one place that chooses between embedded and Redis. @throws {RedisDownError | RedisTimeoutError | RedisRefusedError} */
export async function openStores(plan: StoresPlan): Promise<Stores> {
  const { redisUrl, redisTls } = plan.config;
  return redisUrl === undefined ? sqliteStores(plan) : await redisStores(plan, { url: redisUrl, tls: redisTls });
}

/** What figures are made of. */
export type FigureStores = Pick<Stores, 'clock' | 'tallies' | 'sizes' | 'ledger' | 'outcomes' | 'calibrations' | 'recallTallies' | 'close'> & Partial<Pick<Stores, 'memory'>>;

/** Those alone, for looking. @returns undefined when there is no database yet */
export async function openFigureStores(plan: Omit<StoresPlan, 'log'>): Promise<FigureStores | undefined> {
  const { redisUrl, redisTls } = plan.config;
  if (redisUrl === undefined) return hasSqlite(teamDatabaseFile(plan.folder)) ? sqliteStores(plan) : undefined;
  const connection = await openRedis({ url: redisUrl, tls: redisTls });
  const isThere = plan.config.qdrantUrl !== undefined || hasSqlite(teamDatabaseFile(plan.folder));
  const memory = isThere ? openMemoryStore(plan) : undefined;
  const close = async (): Promise<void> => {
    await memory?.close();
    await connection.close();
  };
  return { ...redisFigures(connection, plan), memory: memory?.store, close };
}

/** What the team remembers, and all that names a user, for whoever looks after it. @returns undefined when there is no database yet */
export async function openMemoryStores(plan: Omit<StoresPlan, 'log'>): Promise<Pick<Stores, 'clock' | 'memory' | 'sessions' | 'runs' | 'close'> | undefined> {
  const { redisUrl, redisTls } = plan.config;
  if (redisUrl === undefined) return hasSqlite(teamDatabaseFile(plan.folder)) ? sqliteStores(plan) : undefined;
  const connection = await openRedis({ url: redisUrl, tls: redisTls });
  const store = redisStore(connection, plan.config);
  const memory = openMemoryStore({ ...plan, clock: store.clock });
  const close = async (): Promise<void> => {
    await memory.close();
    await connection.close();
  };
  return { clock: store.clock, memory: memory.store, sessions: openRedisSessions(store), runs: openRedisRunStore(store), close };
}

/** Approvals and approvers alone, for whoever oversees the team. */
export async function openApprovalStores({ config: { redisUrl, redisTls, teamName }, folder }: Omit<StoresPlan, 'log'>): Promise<Pick<Stores, 'approvals' | 'approvers' | 'close'>> {
  if (redisUrl === undefined) {
    const database = openSqlite(teamDatabaseFile(folder));
    return { ...openSqliteApprovals({ database, clock: systemClock }), close: async () => database.close() };
  }
  const connection = await openRedis({ url: redisUrl, tls: redisTls });
  return { ...openRedisApprovals(redisStore(connection, { teamName })), close: () => connection.close() };
}

/** Projects alone, for whoever keeps them in order. */
export function openProjectStores({ config, folder }: Omit<StoresPlan, 'log'>): FileStores {
  return bucketStores(config)?.projects ?? openLocalFileStores(workspacesFolder(folder), systemClock);
}

function sqliteStores(plan: Omit<StoresPlan, 'log'> & Partial<Pick<StoresPlan, 'log'>>): Stores {
  const { config, folder } = plan;
  const clock = systemClock;
  // Before anything is opened: half a bucket is refused.
  const bucket = bucketStores(config);
  const database = openSqlite(teamDatabaseFile(folder));
  const memory = openMemoryStore(plan, database);
  return {
    clock,
    runs: openSqliteRunStore({ database, clock, makeId }),
    controls: openSqliteControls({ database, clock }),
    rescues: openSqliteRescueStore({ database, clock }),
    tallies: openSqliteRunTallies({ database, clock }),
    sizes: localSizes({ databaseFile: teamDatabaseFile(folder), runFilesFolder: runFilesFolder(folder) }),
    events: openSqliteEventLog({ database, clock }),
    journalStore: openSqliteJournalStore({ database, clock }),
    ledger: openSqliteLedger(database, clock),
    outcomes: openSqliteOutcomeLog(database, clock),
    calibrations: openSqliteCalibrationStore(database, clock),
    answers: openSqliteAnswers(database),
    caps: openSqliteCapStore(database, clock),
    files: bucket?.files ?? openLocalRunFiles(runFilesFolder(folder)),
    projects: bucket?.projects ?? openLocalFileStores(workspacesFolder(folder), clock),
    memory: memory.store,
    recallTallies: openSqliteRecallTallies({ database, clock }),
    sessions: openSqliteSessions({ database, clock }),
    ...openSqliteApprovals({ database, clock }),
    limiter: memoryRequestLimiter(HTTP_REQUESTS_PER_MINUTE),
    decisionLimiter: memoryRequestLimiter(DECISIONS_PER_MINUTE),
    close: async () => {
      // What comes together is written together, in the next turn.
      await nextTurn();
      await memory.close();
      database.close();
    },
  };
}

async function redisStores({ config, folder, log }: StoresPlan, address: RedisAddress): Promise<Stores> {
  const bucket = bucketStores(config);
  const connection = await openRedis(address);
  try {
    for (const { risk, setting = 'See "aios doctor".' } of redisRisks(await readRedisFacts(connection))) log.warn(`The team keeps its runs in Redis, but ${risk}. ${setting}`);
    const store = redisStore(connection, config);
    const shared = await openSharedFolder({ ...store, folder });
    const memory = openMemoryStore({ config, folder, log, clock: store.clock });
    return {
      ...redisFigures(connection, { config, folder }),
      runs: openRedisRunStore(store),
      controls: openRedisControls(store),
      rescues: openRedisRescueStore(store),
      events: openRedisEventLog(store),
      journalStore: openRedisJournalStore(store),
      answers: openRedisAnswers(store),
      caps: openRedisCapStore(store),
      files: bucket?.files ?? inSharedFolder(openLocalRunFiles(runFilesFolder(folder)), shared),
      projects: bucket?.projects ?? projectsInSharedFolder(openLocalFileStores(workspacesFolder(folder), systemClock), shared),
      memory: memory.store,
      sessions: openRedisSessions(store),
      ...openRedisApprovals(store),
      limiter: redisRequestLimiter(HTTP_REQUESTS_PER_MINUTE, store),
      decisionLimiter: redisRequestLimiter(DECISIONS_PER_MINUTE, { ...store, keys: (...parts) => store.keys('decisions', ...parts) }),
      close: async () => {
        await memory.close();
        await shared.close();
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** @returns undefined when the credential names no bucket */
function bucketStores(config: TeamConfig): Pick<Stores, 'files' | 'projects'> | undefined {
  const settings = bucketOf(config);
  if (!settings) return undefined;
  const below = (prefix: string) => openS3FileStores({ ...settings, prefix, clock: systemClock, local: isThisMachine(settings.endpoint) });
  const runs = `${config.teamName}/runs`;
  return { files: runFilesInStores(below(runs), `s3://${settings.bucket}/${runs}/files`), projects: below(config.teamName) };
}

function redisStore(connection: RedisConnection, { teamName }: Pick<TeamConfig, 'teamName'>) {
  // All processes go by one clock, the server's: a lease means the same time on every machine.
  const clock: Clock = { ...systemClock, nowMs: () => systemClock.nowMs() + connection.clockOffsetMs() };
  return { connection, keys: teamKeys(teamName), clock, makeId };
}

function redisFigures(connection: RedisConnection, { config, folder }: Omit<StoresPlan, 'log'>): Omit<FigureStores, 'memory' | 'close'> {
  const store = redisStore(connection, config);
  return {
    clock: store.clock,
    tallies: openRedisRunTallies(store),
    sizes: redisSizes({ connection, runFilesFolder: runFilesFolder(folder) }),
    ledger: openRedisLedger(store),
    outcomes: openRedisOutcomeLog(store),
    calibrations: openRedisCalibrationStore(store),
    recallTallies: openRedisRecallTallies(store),
  };
}
