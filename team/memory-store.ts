import { silentLogger, systemClock, type Clock, type Logger } from '../kernel';
import { type MemoryStore, openQdrantMemory, openSqliteMemory } from '../memory';
import { isThisMachine } from '../router';
import { type Database, openSqlite } from '../storage';
import type { TeamConfig } from './config';
import { teamDatabaseFile } from './data-folder';
import { MemoryNeedsQdrantError } from './errors';

export interface MemoryStorePlan {
  config: TeamConfig;
  folder: string;
  clock?: Clock;
  log?: Logger;
}

/**
 * Where the team keeps what it remembers: Qdrant where the credential names one, else the team's SQLite file, beside the runs or, with Redis, by itself.
 * In queue mode every worker would have a file of its own, so nothing is opened and each use says what is missing.
 *
 * @param database the team's, when it is open already
 */
export function openMemoryStore({ config, folder, clock = systemClock, log = silentLogger }: MemoryStorePlan, database?: Database): { store: MemoryStore; close(): Promise<void> } {
  const { qdrantUrl: url, qdrantApiKey: apiKey, teamName } = config;
  if (url !== undefined) return { store: openQdrantMemory({ url, apiKey, collection: `aios_${teamName}`, local: isThisMachine(url), clock, log }), close: async () => {} };
  if (config.isQueueMode) return { store: openedAtFirstUse(refuse), close: async () => {} };
  if (database) return { store: openSqliteMemory({ database, clock }), close: async () => {} };
  let own: Database | undefined;
  const store = openedAtFirstUse(() => openSqliteMemory({ database: (own = openSqlite(teamDatabaseFile(folder))), clock }));
  return { store, close: async () => own?.close() };
}

const METHODS = ['put', 'search', 'list', 'nearDuplicates', 'count', 'remove', 'noteOutcome', 'removeExpired', 'addVectors', 'sizes'] as const satisfies ReadonlyArray<keyof MemoryStore>;

/** A team that keeps its runs elsewhere and remembers nothing leaves no file behind. */
function openedAtFirstUse(open: () => MemoryStore): MemoryStore {
  let opened: MemoryStore | undefined;
  const method = (name: (typeof METHODS)[number]) => async (...given: unknown[]): Promise<unknown> => {
    opened ??= open();
    return await (opened[name] as (...given: unknown[]) => Promise<unknown>)(...given);
  };
  return Object.fromEntries(METHODS.map((name) => [name, method(name)])) as unknown as MemoryStore;
}

/** The team works without a memory; whoever asks for it is told why there is none. */
function refuse(): never {
  throw new MemoryNeedsQdrantError();
}
