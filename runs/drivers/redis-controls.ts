import type { RedisConnection } from '../../storage';
import { type ControlScope, type ControlStore, PAUSE_TTL_MS, type Pause, type Standing, scopeKey, scopeOf, scopesOf, standingOf, stopped } from '../controls';
import { DEFAULT_TTL_MS } from '../lifetime';
import type { Lease } from '../run';
import { refusedOf, reopening } from '../run-record';
import { type TeamKeys, runKeys } from './redis-keys';
import { type RedisRunStoreOptions, change } from './redis-run-change';

/** Pauses as one hash of the team, stops in the runs themselves. */
export function openRedisControls(options: RedisRunStoreOptions): ControlStore {
  const { connection, keys, clock } = options;
  return {
    async pause(scope) {
      const isKnown = (await pauses(options)).some((known) => scopeKey(known.scope) === scopeKey(scope));
      if (isKnown) return;
      await connection.ask((redis) => redis.hset(pausesKey(keys), scopeKey(scope), clock.nowMs()));
      await connection.ask((redis) => redis.pexpire(pausesKey(keys), PAUSE_TTL_MS));
    },
    async resume(scope) {
      const wasPaused = (await pauses(options)).some((known) => scopeKey(known.scope) === scopeKey(scope));
      await connection.ask((redis) => redis.hdel(pausesKey(keys), scopeKey(scope)));
      return wasPaused;
    },
    pauses: () => pauses(options),
    standing: (lease, role) => standing(connection, keys, lease, role),
    reopen: (runId) => change(options, runId, async (before) => ({ record: reopening(before), answer: undefined })),
    stop: (runId, why) => change(options, runId, async (before) => stopped(before, why, clock.nowMs())),
  };
}

const pausesKey = (keys: TeamKeys): string => keys('pauses');

/** Those whose time is over are removed: a hash has one lifetime for all its fields. */
async function pauses({ connection, keys, clock }: RedisRunStoreOptions): Promise<Pause[]> {
  const fields = await connection.ask((redis) => redis.hgetall(pausesKey(keys)));
  const all = Object.entries(fields).map(([key, sinceMs]) => ({ scope: scopeOf(key), sinceMs: Number(sinceMs) }));
  const isOver = ({ scope, sinceMs }: Pause) => sinceMs + lifetimeMs(scope) <= clock.nowMs();
  const over = all.filter(isOver).map(({ scope }) => scopeKey(scope));
  if (over.length > 0) await connection.ask((redis) => redis.hdel(pausesKey(keys), ...over));
  return all.filter((pause) => !isOver(pause)).sort((one, other) => one.sinceMs - other.sinceMs || scopeKey(one.scope).localeCompare(scopeKey(other.scope)));
}

function lifetimeMs({ kind }: ControlScope): number {
  return kind === 'run' ? DEFAULT_TTL_MS : PAUSE_TTL_MS;
}

async function standing(connection: RedisConnection, keys: TeamKeys, lease: Lease, role: string | undefined): Promise<Standing> {
  const [held, paused] = (await connection.together((commands) => commands.hmget(runKeys(keys, lease.runId).run, 'owner', 'fence', 'refused', 'project').hkeys(pausesKey(keys)))) as [Array<string | null>, string[]];
  const [owner, fence, refused, project] = held;
  if (fence === null || fence === undefined) return { kind: 'lost' };
  return standingOf(lease, { owner: owner || undefined, fence: Number(fence), refused: refusedOf(refused) }, scopesOf(lease.runId, { project: project || undefined, role }), new Set(paused));
}
