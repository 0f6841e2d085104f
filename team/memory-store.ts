import { shownAddress, silentLogger, systemClock, type Clock, type Logger } from '../kernel';
import { type MemoryStore, openQdrantMemory, openSqliteMemory, openSqliteOutbox, withOutbox } from '../memory';
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
  let own: Database | undefined;
  const file = (): Database => database ?? (own ??= openSqlite(teamDatabaseFile(folder)));
  const close = async (): Promise<void> => own?.close();
  const { qdrantUrl: url, qdrantApiKey: apiKey, teamName, isQueueMode } = config;
  const outboxed = (store: MemoryStore, place: { address: string; local: boolean }): MemoryStore => withOutbox(store, { outbox: openSqliteOutbox({ database: file(), clock }), clock, log, ...place });
  if (url !== undefined) {
    const place = { address: shownAddress(url), local: isThisMachine(url) };
    const store = openQdrantMemory({ url, apiKey, collection: `aios_${teamName}`, local: place.local, clock, log });
    return { store: openedAtFirstUse(() => outboxed(store, place)), close };
  }
  if (isQueueMode) return { store: openedAtFirstUse(refuse), close };
  // What waited for a Qdrant that the credential names no more comes here.
  return { store: openedAtFirstUse(() => outboxed(openSqliteMemory({ database: file(), clock }), { address: teamDatabaseFile(folder), local: true })), close };
}

/** As keys, so that the compiler misses the one that is missing. */
const METHODS: Record<keyof MemoryStore, true> = { put: true, search: true, list: true, nearDuplicates: true, count: true, remove: true, noteOutcome: true, removeExpired: true, addVectors: true, noteUnreadable: true, sizes: true };

/** A team that keeps its runs elsewhere and remembers nothing leaves no file behind. */
function openedAtFirstUse(open: () => MemoryStore): MemoryStore {
  let opened: MemoryStore | undefined;
  const method = (name: keyof MemoryStore) => async (...given: unknown[]): Promise<unknown> => {
    opened ??= open();
    return await (opened[name] as (...given: unknown[]) => Promise<unknown>)(...given);
  };
  return Object.fromEntries((Object.keys(METHODS) as Array<keyof MemoryStore>).map((name) => [name, method(name)])) as unknown as MemoryStore;
}

/** The team works without a memory; whoever asks for it is told why there is none. */
function refuse(): never {
  throw new MemoryNeedsQdrantError();
}
