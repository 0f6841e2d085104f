import { randomUUID } from 'node:crypto';
import { type RedisConnection, openRedis, teamKeys } from '../../storage';
import { startRedisServer } from './redis-server';
import { describeWithService, redisServer } from './services';

export interface RedisTeam {
  connection: RedisConnection;
  /** Another one, as another process has it. */
  second: RedisConnection;
  /** Of a team nobody else has: each call gives an empty store. */
  keys(): ReturnType<typeof teamKeys>;
  server: Awaited<ReturnType<typeof startRedisServer>>;
  url: string;
}

/**
 * Describes what needs a real Redis, with one server for the whole block; skipped with a reason where there is none,
 * and red where services are required.
 */
export function describeWithRedis(name: string, define: (redis: RedisTeam) => void, ...options: string[]): void {
  const redis = { keys: () => teamKeys(randomUUID()) } as RedisTeam;
  describeWithService(redisServer, name, () => {
    beforeAll(async () => {
      redis.server = await startRedisServer(...options);
      redis.url = `redis://127.0.0.1:${redis.server.port}`;
      [redis.connection, redis.second] = await Promise.all([openRedis({ url: redis.url }), openRedis({ url: redis.url })]);
    });
    afterAll(async () => {
      await Promise.all([redis.connection?.close(), redis.second?.close()]);
      await redis.server?.stop();
    });
    define(redis);
  });
}
