import { InvalidInputError, contentHash, systemClock } from '../kernel';
import { GUARDING_FIELDS, operatorsSettings, fieldInWords, teamConfigSchema, type TeamConfig } from './config';
import { teamDataFolder } from './data-folder';
import { queueModeRedis } from './drivers/queue-redis';
import { QueueModeNeedsRedisError } from './errors';
import type { TeamHandle, TeamHost } from './team';
import { TeamPool } from './team-pool';
import { wireTeam } from './wire-team';

const SLOT = Symbol.for('n8n-nodes-aios');
const pool = takeOverSlot();

/**
 * The team a credential describes, opened once per process and shared by all nodes.
 *
 * @param credential fields of AiosTeamApi; `undefined` means the embedded team of this n8n
 * @throws {InvalidInputError} when a field has a value it cannot have
 * @throws {QueueModeNeedsRedisError}
 */
export async function openTeam(credential: Record<string, unknown> | undefined, host: TeamHost): Promise<TeamHandle> {
  const config = readTeamConfig(credential, host);
  assertOneStore(config, host);
  const folder = teamDataFolder(config, host);
  const rehearses = isRehearsal(host);
  const key = contentHash({ config, folder, rehearses });
  return await pool.borrow(key, () => wireTeam({ config, folder, isRehearsal: rehearses, host }));
}

/** Closes all teams nobody uses now. For programs that end; n8n keeps its teams open between executions. */
export async function closeIdleTeams(): Promise<void> {
  await pool.closeIdle();
}

/** Every process must find the same runs. @throws {QueueModeNeedsRedisError} */
export function assertOneStore(config: TeamConfig, host: TeamHost): void {
  if (isQueueMode(host) && config.redisUrl === undefined) throw new QueueModeNeedsRedisError();
}

/** Does the scripted model answer instead of real ones? */
export function isRehearsal({ environment }: TeamHost): boolean {
  return ['1', 'true', 'yes', 'on'].includes(environment.AIOS_REHEARSAL?.trim().toLowerCase() ?? '');
}

/** n8n fills every field a credential lacks with its default, so one that is nothing has an expression that found nothing. @throws {InvalidInputError} where that would lift a budget, open another team or send prompts elsewhere */
function assertFound(credential: Record<string, unknown> = {}): void {
  const [field] = GUARDING_FIELDS.filter((name) => name in credential && (credential[name] ?? undefined) === undefined);
  if (field !== undefined) throw new InvalidInputError(`The credential "AIOS Team" cannot be used: ${fieldInWords(field)} is nothing.`, { hint: 'Look what its expression finds; for none leave the field empty.' });
}

/**
 * Fills what the credential leaves empty from the environment, where that is safe: addresses on this machine and the
 * HTTP token, budgets, what may be asked of the web; in queue mode also the Redis of n8n's own queue. Cloud keys come from the credential alone (docs/decisions/0004).
 */
export function readTeamConfig(credential: Record<string, unknown> | undefined, host: TeamHost): TeamConfig {
  assertFound(credential);
  const given = Object.fromEntries(Object.entries(credential ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== ''));
  const fields = { ...operatorsSettings(host.environment), ...given };
  const parsed = teamConfigSchema.safeParse(fields);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${fieldInWords(String(path[0]))} ${message}`).join('; ');
    throw new InvalidInputError(`The credential "AIOS Team" cannot be used: ${faults}.`, { hint: 'Correct the field, in the credential or in the environment it was filled from.' });
  }
  const { environment } = host;
  const queueRedis = isQueueMode(host) && parsed.data.redisUrl === undefined ? queueModeRedis(environment) : undefined;
  return {
    ...parsed.data,
    ...(queueRedis && { redisUrl: queueRedis.url, redisTls: queueRedis.tls }),
    ollamaHost: textOf(environment.OLLAMA_HOST),
    isQueueMode: isQueueMode(host),
    apiToken: parsed.data.apiToken ?? textOf(environment.AIOS_API_TOKEN),
  };
}

function isQueueMode({ environment }: TeamHost): boolean {
  return environment.EXECUTIONS_MODE === 'queue';
}

function textOf(value: string | undefined): string | undefined {
  return value?.trim() || undefined;
}

/** n8n may load the package again in the same process; the older copy then closes its stores. */
function takeOverSlot(): TeamPool {
  const holder = globalThis as { [SLOT]?: { retire(): void } };
  holder[SLOT]?.retire();
  const mine = new TeamPool(systemClock);
  holder[SLOT] = mine;
  return mine;
}
