import { networkReason, shownAddress, systemClock } from '../../kernel';
import { pingQdrant, pingRedis, redisRisks, type RedisAddress } from '../../storage';
import { pingBucket, type S3Settings } from '../../workspace';
import type { DoctorCheck } from '../report';

const ANSWER_WITHIN_MS = 5_000;

/** @param server unset: not configured */
export async function checkRedis(server: RedisAddress | undefined): Promise<DoctorCheck> {
  const base = { service: 'redis', title: 'Redis' } as const;
  if (server === undefined) return { ...base, status: 'notConfigured', detail: 'not needed while one n8n process does all the work.' };
  const { url, tls } = server;
  const ping = await pingRedis(url, ANSWER_WITHIN_MS, tls);
  const facts = { ...base, address: shownAddress(url), latencyMs: ping.latencyMs, ...(ping.version && { version: ping.version }) };
  if (!ping.ok) return { ...facts, status: 'failed', detail: ping.detail, todo: `Start Redis at ${shownAddress(url)}, or correct or empty the Redis URL.` };
  const risks = redisRisks(ping);
  if (risks.length === 0) return { ...facts, status: 'ok', detail: 'answers; writes are kept on disk.' };
  return { ...facts, status: 'warning', detail: `answers, but ${risks.map(({ risk }) => risk).join(', and ')}.`, todo: keepRecords(risks.flatMap(({ setting }) => setting ?? [])) };
}

function keepRecords(settings: string[]): string {
  if (settings.length === 0) return 'See that "appendonly yes" and "maxmemory-policy noeviction" are set.';
  return `Let Redis keep records: ${settings.join(' and ')}, and the same in redis.conf.`;
}

/** @param server unset: not configured */
export async function checkQdrant(server: { url: string; apiKey?: string } | undefined): Promise<DoctorCheck> {
  const base = { service: 'qdrant', title: 'Qdrant' } as const;
  if (!server) return { ...base, status: 'notConfigured', detail: 'not needed: vectors are kept in the team database.' };
  const { ok, detail, latencyMs, version } = await pingQdrant(server.url, server.apiKey, ANSWER_WITHIN_MS);
  const facts = { ...base, address: shownAddress(server.url), latencyMs, ...(version && { version }), detail };
  return ok ? { ...facts, status: 'ok' } : { ...facts, status: 'failed', todo: 'Start Qdrant, or correct or empty its URL and key.' };
}

/**
 * @param settings unset: not configured
 * @param prefix what of the bucket is the team's
 */
export async function checkBucket(settings: S3Settings | undefined, prefix: string): Promise<DoctorCheck> {
  const base = { service: 'bucket', title: 'S3 bucket' } as const;
  if (!settings) return { ...base, status: 'notConfigured', detail: 'not needed: files of projects are kept in the data folder.' };
  const { ok, latencyMs, detail, todo } = await pingBucket(settings, prefix, systemClock);
  return { ...base, address: `${shownAddress(settings.endpoint)}/${settings.bucket}`, latencyMs, status: ok ? 'ok' : 'failed', detail: `${detail}.`, ...(todo && { todo }) };
}

/** @param url unset: not configured */
export async function checkSearxng(url: string | undefined): Promise<DoctorCheck> {
  const base = { service: 'searxng', title: 'SearXNG' } as const;
  if (url === undefined) return { ...base, status: 'notConfigured', detail: 'agents are not offered web_search; they can read pages whose address they know. For a search, give the SearXNG URL (environment: SEARXNG_URL).' };
  const startedMs = performance.now();
  const fault = await searxngFault(url);
  const facts = { ...base, address: shownAddress(url), latencyMs: Math.round(performance.now() - startedMs) };
  return fault === undefined ? { ...facts, status: 'ok', detail: 'answers in JSON; agents are offered web_search.' } : { ...facts, status: 'failed', ...fault };
}

const START_SEARXNG = 'Start SearXNG, or correct or empty its URL.';
const ALLOW_JSON = 'In its settings.yml write "json" below "search: formats:", beside "html", and start it again.';
const SWITCH_OFF_LIMITER = 'In its settings.yml set "server: limiter: false", or let this machine pass in its limiter.toml.';

/** A search without words is refused with 400 before any engine is asked, but only after its format was looked at. */
async function searxngFault(url: string): Promise<Pick<DoctorCheck, 'detail' | 'todo'> | undefined> {
  try {
    const answer = await fetch(`${url}/search?q=&format=json`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS), redirect: 'manual' });
    await answer.body?.cancel();
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    if (isJson && (answer.status === 400 || answer.ok)) return undefined;
    if (answer.status === 403) return { detail: 'answers, but not in JSON (status 403).', todo: ALLOW_JSON };
    if (answer.status === 429) return { detail: 'takes us for a robot (status 429).', todo: SWITCH_OFF_LIMITER };
    return { detail: answer.ok ? 'what answers there is no SearXNG.' : `answered with status ${answer.status}.`, todo: START_SEARXNG };
  } catch (error) {
    const why = (error as Error).name === 'TimeoutError' ? `no answer within ${ANSWER_WITHIN_MS / 1_000} s` : (networkReason(error) ?? 'the address cannot be used');
    return { detail: `${why}.`, todo: START_SEARXNG };
  }
}
