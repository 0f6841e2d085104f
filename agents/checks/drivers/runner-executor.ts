import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { AiosError, CancelledError, networkReason, shownAddress } from '../../../kernel';
import { RUNNER_COMMANDS } from '../../../runs';
import { NotExecutableError, refusing, type Execution, type ExecutionJob, type Executor } from '../executor';
import { askRunner, type RunnerAddress, type RunnerAnswer } from './runner-request';

export interface RunnerPlace extends RunnerAddress {
  /** Is it on this machine, as a socket always is, or in the user's own network? Default false: nothing secret is run there. */
  local?: boolean;
}

/** Over the job's own time: a body of 8 MiB there and the output back. */
const GRACE_MS = 15_000;
/** How long a job waits for a free place. */
const MAX_WAIT_MS = 30_000;
const ASK_AGAIN_MS = 500;

/** The runner could not be reached, or broke off. */
export class RunnerDownError extends AiosError {
  readonly code = 'RUNNER_DOWN';
  readonly kind = 'temporary';
}

/** The runner was reached and refused: another token, or another program behind the address. */
export class RunnerRefusedError extends AiosError {
  readonly code = 'RUNNER_REFUSED';
  readonly kind = 'user';
}

export class RunnerBusyError extends AiosError {
  readonly code = 'RUNNER_BUSY';
  readonly kind = 'temporary';
}

const outcomeSchema = z.object({ end: z.enum(['exit', 'time', 'output', 'stopped']), exitCode: z.number().nullable(), stdout: z.string(), stderr: z.string(), durationMs: z.number() });

/** Commands, and Python and JavaScript programs, in the runner (runner/). It has no bash. */
export function runnerExecutor(address: RunnerPlace): Executor {
  const executor: Executor = {
    tools: async () => ['python', 'javascript', ...RUNNER_COMMANDS],
    onThisMachine: () => (address.local || address.url.startsWith('unix:') ? executor : refusing(leavesMachine(address))),
    async run(job, signal) {
      const body = JSON.stringify(bodyOf(job));
      const untilMs = performance.now() + MAX_WAIT_MS;
      for (;;) {
        const { status, text } = await send(address, body, AbortSignal.any([signal, AbortSignal.timeout(job.timeMs + GRACE_MS)]), signal);
        if (status !== 429) return readOutcome(address, status, text);
        if (performance.now() > untilMs) throw new RunnerBusyError(`All places of the runner were taken for ${MAX_WAIT_MS / 1_000} s.`, { hint: 'Try again, or give it more places with RUNNER_PLACES.' });
        await pause(ASK_AGAIN_MS, undefined, { signal }).catch((error: unknown) => { throw new CancelledError(error); });
      }
    },
  };
  return executor;
}

const leavesMachine = ({ url }: RunnerAddress) =>
  new NotExecutableError(`The work is secret, and the runner at ${shownAddress(url)} is not on this machine.`, { hint: 'Start the runner on this machine and set "Runner URL" in the credential "AIOS Team API" to it.' });

function bodyOf(job: ExecutionJob): object {
  const { tool, files, timeMs } = job;
  return 'code' in job ? { tool, files, timeMs, code: job.code, stdin: job.stdin ?? '' } : { tool, files, timeMs, path: job.path };
}

function readOutcome({ url }: RunnerAddress, status: number, text: string): Execution {
  if (status === 200) {
    const outcome = outcomeSchema.safeParse(jsonOf(text));
    if (outcome.success) return outcome.data;
  }
  const said = String((jsonOf(text) as { error?: unknown } | undefined)?.error ?? '').slice(0, 300);
  if (status === 401) throw new RunnerRefusedError('The runner refuses the token.', { hint: 'Fill in as "Runner Token" in the credential "AIOS Team API" what the runner has as RUNNER_TOKEN.' });
  throw new RunnerRefusedError(`What answers at ${shownAddress(url)} is not our runner, or refuses the job (status ${status}${said && `: ${said}`}).`, { hint: 'Look at "Runner URL" in the credential "AIOS Team API" and at the runner\'s own log.' });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function send(address: RunnerAddress, body: string, signal: AbortSignal, callers: AbortSignal): Promise<RunnerAnswer> {
  try {
    return await askRunner(address, '/run', signal, body);
  } catch (error) {
    if (callers.aborted) throw new CancelledError(error);
    throw new RunnerDownError(`The runner at ${shownAddress(address.url)} does not answer: ${networkReason(error) ?? 'it broke off'}.`, { hint: 'Start it ("docker compose --profile runner up -d"), or correct "Runner URL" in the credential "AIOS Team API".', cause: error });
  }
}
