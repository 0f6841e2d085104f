import { makeId, silentLogger } from '../kernel';
import { createMemory, type Memory } from '../memory';
import { teamDataFolder } from './data-folder';
import { teamEmbedder } from './embedder';
import { createErasure, type Erasure } from './erase-user';
import { estimateTokens } from './memory';
import { assertOneStore, readTeamConfig } from './open-team';
import { openMemoryStores } from './stores';
import type { TeamHost } from './team';

export interface OpenedMemory {
  memory: Memory;
  erasure: Erasure;
  close(): Promise<void>;
}

/**
 * What a team remembers, for the command line of whoever runs the team. Models, items and webhooks have no way here.
 *
 * @returns undefined when the team has never been opened
 * @throws {InvalidInputError | QueueModeNeedsRedisError | RedisDownError | RedisTimeoutError | RedisRefusedError}
 */
export async function openMemory(credential: Record<string, unknown> | undefined, host: TeamHost): Promise<OpenedMemory | undefined> {
  const config = readTeamConfig(credential, host);
  assertOneStore(config, host);
  const stores = await openMemoryStores({ config, folder: teamDataFolder(config, host) });
  if (!stores) return undefined;
  const { memory: store, clock } = stores;
  const memory = createMemory({ store, embedder: teamEmbedder({ config, clock, log: silentLogger }), estimateTokens, clock, makeId, log: silentLogger });
  return { memory, erasure: createErasure(stores), close: stores.close };
}
