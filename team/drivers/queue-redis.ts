import { readFileSync } from 'node:fs';
import type { RedisAddress } from '../../storage';
import { QueueRedisUnusableError } from '../errors';

const PREFIX = 'QUEUE_BULL_REDIS_';

/**
 * The Redis that n8n itself uses for its queue, from n8n's own variables; each may also be named by `…_FILE`, as n8n allows.
 *
 * @returns undefined when n8n was told nothing about a Redis
 * @throws {QueueRedisUnusableError} for a cluster, or a value that makes no address
 */
export function queueModeRedis(environment: Record<string, string | undefined>): RedisAddress | undefined {
  const setting = (name: string) => settingOf(environment, `${PREFIX}${name}`);
  if (setting('CLUSTER_NODES')) throw new QueueRedisUnusableError("n8n's queue is on a Redis cluster, which the team cannot use yet");
  // n8n takes localhost and 6379 for what is not said; where nothing is said at all, nobody has set up a queue.
  if (['HOST', 'PORT', 'DB', 'USERNAME', 'PASSWORD'].every((name) => setting(name) === undefined)) return undefined;
  const isTls = setting('TLS') === 'true';
  const user = `${encodeURIComponent(setting('USERNAME') ?? '')}:${encodeURIComponent(setting('PASSWORD') ?? '')}`;
  const host = setting('HOST') ?? 'localhost';
  const url = `redis${isTls ? 's' : ''}://${user === ':' ? '' : `${user}@`}${host.includes(':') ? `[${host}]` : host}:${setting('PORT') ?? '6379'}/${setting('DB') ?? '0'}`;
  if (!URL.canParse(url)) throw new QueueRedisUnusableError(`${PREFIX}HOST, ${PREFIX}PORT and ${PREFIX}DB make no address`);
  return isTls ? { url, tls: { serverName: setting('TLS_SERVERNAME'), mustBeValid: setting('TLS_VALIDATE_CERTIFICATE') !== 'false' } } : { url };
}

function settingOf(environment: Record<string, string | undefined>, name: string): string | undefined {
  const file = environment[`${name}_FILE`];
  const value = file === undefined ? environment[name] : contentOf(file, name);
  return value?.trim() || undefined;
}

function contentOf(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new QueueRedisUnusableError(`the file that ${name}_FILE names cannot be read`, cause);
  }
}
