import type { DoctorCheck } from '../insights';
import { diagnose } from './diagnose';
import type { TeamHost } from './team';

/** n8n's editor waits for the answer. */
const WHOLE_TEST_MS = 20_000;

export interface ServicesTest {
  /** Every service the credential names answers, and at least one has a model. */
  ok: boolean;
  /** One per service that is configured, for a person. */
  lines: string[];
}

/** The Doctor's report as the credential's test shows it. Never throws. */
export async function testServices(credential: Record<string, unknown> | undefined, host: TeamHost): Promise<ServicesTest> {
  const report = await diagnose(credential, host, { signal: AbortSignal.timeout(WHOLE_TEST_MS) }).catch(() => undefined);
  if (!report) return { ok: false, lines: [`The services did not answer within ${WHOLE_TEST_MS / 1_000} s. Try again.`] };
  const { ok, checks } = report;
  const configured = checks.filter(({ status, service }) => status !== 'notConfigured' && service !== 'node');
  return { ok: ok && configured.every(({ status }) => status !== 'failed'), lines: configured.map(line) };
}

const MARKS = { ok: '✓', warning: '!', failed: '✗', notConfigured: '-' } as const;

function line({ status, title, address, detail, todo }: DoctorCheck): string {
  const place = address === undefined ? title : `${title} at ${address}`;
  return `${MARKS[status]} ${place}: ${detail}${todo === undefined ? '' : ` ${todo}`}`;
}
