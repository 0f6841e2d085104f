import { readRedisFacts, type RedisConnection } from '../../storage';
import type { SizeReader } from '../insights';
import { fileSizes } from './local-sizes';

/** The store is all the memory the Redis server uses: what of it belongs to this team, it cannot say cheaply. */
export function redisSizes({ connection, runFilesFolder }: { connection: RedisConnection; runFilesFolder: string }): SizeReader {
  return {
    async read() {
      const [{ usedMemoryBytes }, files] = await Promise.all([readRedisFacts(connection), fileSizes(runFilesFolder)]);
      return { storeBytes: usedMemoryBytes ?? 0, ...files };
    },
  };
}
