import { randomUUID } from 'node:crypto';
import { type RedisConnection, openRedis, teamKeys } from '../../storage';
import { startRedisServer } from './redis-server';
import { describeWithService, redisServer } from './services';

export interface RedisTeam {
  connection: RedisConnection;
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
      redis.connection = await openRedis({ url: redis.url });
    });
    afterAll(async () => {
      await redis.connection?.close();
      await redis.server?.stop();
    });
    define(redis);
  });
}
