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
  const info = await connection.ask((redis) => redis.info()).catch(() => '');
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

/** What could be lost with this Redis, one sentence each with what to do; empty when nothing. */
export function redisRisks({ appendOnly, evictionPolicy }: RedisFacts): string[] {
  const risks: string[] = [];
  if (appendOnly === undefined || evictionPolicy === undefined) risks.push('Redis does not say whether it keeps data over a restart (INFO is not allowed). See that "appendonly yes" and "maxmemory-policy noeviction" are set.');
  if (appendOnly === false) risks.push('Redis keeps no append-only file: when it restarts, runs of the last minutes or all of them are gone. Set "appendonly yes".');
  if (evictionPolicy !== undefined && evictionPolicy !== 'noeviction') risks.push(`Redis may throw away runs when its memory is full (maxmemory-policy ${evictionPolicy}). Set "maxmemory-policy noeviction".`);
  return risks;
}
