import { askRunner } from '../../agents';
import { networkReason, shownAddress } from '../../kernel';
import type { DoctorCheck } from '../report';

const ANSWER_WITHIN_MS = 3_000;
const START = 'Start it ("docker compose --profile runner up -d"), or correct or empty "Runner URL" in the credential "AIOS Team API" (environment: AIOS_RUNNER_URL).';
const TOKEN = 'Fill in as "Runner Token" in the credential "AIOS Team API" (environment: AIOS_RUNNER_TOKEN) what the runner has as RUNNER_TOKEN.';

/** Does the runner answer, and take the token? A job without content tells: it is refused, and by whom is seen. */
export async function checkRunner(url: string | undefined, token: string | undefined): Promise<DoctorCheck> {
  const base = { service: 'runner', title: 'Runner' } as const;
  if (url === undefined) return { ...base, status: 'notConfigured', detail: 'checks with pytest, Jest and tsc are not run; others run in the sandbox. For those, start the runner and give "Runner URL" and "Runner Token" (environment: AIOS_RUNNER_URL, AIOS_RUNNER_TOKEN).' };
  const startedMs = performance.now();
  const found = await foundAt(url, token ?? '').catch((error: unknown) => ({ status: 'failed' as const, detail: `${(error as Error).name === 'TimeoutError' || (error as Error).name === 'AbortError' ? `no answer within ${ANSWER_WITHIN_MS / 1_000} s` : (networkReason(error) ?? 'the address cannot be used')}.`, todo: START }));
  return { ...base, address: shownAddress(url), latencyMs: Math.round(performance.now() - startedMs), ...found };
}

async function foundAt(url: string, token: string): Promise<Pick<DoctorCheck, 'status' | 'detail' | 'todo'>> {
  const runner = { url, token };
  const health = await askRunner(runner, '/health', AbortSignal.timeout(ANSWER_WITHIN_MS));
  const { places } = (jsonOf(health.text) ?? {}) as { places?: unknown };
  if (health.status !== 200 || typeof places !== 'number') return { status: 'failed', detail: `what answers there is no runner (status ${health.status}).`, todo: START };
  const { status } = await askRunner(runner, '/run', AbortSignal.timeout(ANSWER_WITHIN_MS), '{}');
  if (status === 401) return { status: 'failed', detail: 'answers, and refuses the token.', todo: TOKEN };
  return { status: 'ok', detail: `answers and takes the token; ${places} ${places === 1 ? 'job' : 'jobs'} at the same time.` };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
