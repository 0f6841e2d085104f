import type { RedisConnection } from './redis-connection';

/** What a Redis says of itself, as far as it matters for what must not be lost. Unknown where it may not be asked. */
export interface RedisFacts {
  version?: string;
  /** Writes go to an append-only file, so that a restart loses a second at most. */
  appendOnly?: boolean;
  /** What it throws away when its memory is full; `noeviction` is nothing. */
  evictionPolicy?: string;
  usedMemoryBytes?: number;
  /** 0: no limit. */
  maxMemoryBytes?: number;
  role?: string;
}

/** INFO alone: managed services forbid CONFIG. A user who may not ask gets no facts. */
export async function readRedisFacts(connection: RedisConnection): Promise<RedisFacts> {
  return await redisFacts(() => connection.ask((redis) => redis.info()));
}

/** The same from however INFO is asked for. */
export async function redisFacts(readInfo: () => Promise<string>): Promise<RedisFacts> {
  const info = await readInfo().catch(() => '');
  const value = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
  const bytes = (name: string) => (value(name) === undefined ? undefined : Number(value(name)));
  const appendOnly = value('aof_enabled');
  return {
    version: value('redis_version'),
    appendOnly: appendOnly === undefined ? undefined : appendOnly === '1',
    evictionPolicy: value('maxmemory_policy'),
    usedMemoryBytes: bytes('used_memory'),
    maxMemoryBytes: bytes('maxmemory'),
    role: value('role'),
  };
}

/** What could be lost, and the command that mends it. */
export interface RedisRisk {
  risk: string;
  setting?: string;
}

/** Runs are records, not a cache: a server set up as a cache loses them. Empty when nothing can be lost. */
export function redisRisks({ appendOnly, evictionPolicy }: Partial<RedisFacts>): RedisRisk[] {
  return [
    ...(appendOnly === undefined && evictionPolicy === undefined ? [{ risk: 'it does not say whether it keeps its data (INFO is not allowed)' }] : []),
    ...(appendOnly === false ? [{ risk: 'its append-only file is off: a restart may lose the last runs', setting: '`redis-cli CONFIG SET appendonly yes`' }] : []),
    ...(evictionPolicy !== undefined && evictionPolicy !== 'noeviction' ? [{ risk: `it deletes records when its memory is full (${evictionPolicy})`, setting: '`redis-cli CONFIG SET maxmemory-policy noeviction`' }] : []),
  ];
}
