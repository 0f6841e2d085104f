import { type Clock, errorFacts, type Logger } from '../kernel';
import { type Approval, isDenied } from './approvals/approval';
import type { Approvals } from './approvals/approvals';
import { endDeniedRun, endExpired, type PersonDesk } from './approvals/person-desk';
import { type ControlStore, type Pause, scopeKey, scopesOf } from './controls';
import type { EventLog, RunEvent } from './events';
import { havePassed } from './moments';
import type { RescueOutcome } from './rescue';
import type { RescueStore } from './rescue-store';
import type { Run } from './run';
import type { RunStore } from './run-store';

/** Runs one sweep starts again at most; the next one is seconds away. */
export const MAX_RESTARTS_PER_SWEEP = 20;
/** Looked at beyond those, for the ones that can only be given up, or cannot be read. */
const LOOKED_AT = 200;
/** Waiting runs looked at, for answers nobody has used; where there are more, the next sweep goes on behind them. */
export const WAITING_LOOKED_AT = 500;
/** Whoever takes a decision starts its run himself; his execution may stand in n8n's queue. */
const DECISION_GRACE_MS = 30_000;
/** How long a sweep keeps others from sweeping: nearly the 15 s between two of them, so that several mains make one. */
export const SWEEP_TURN_MS = 10_000;

export interface Sweep {
  /** False when another process has swept a moment ago; nothing was done then. */
  swept: boolean;
  /** To be started again now, by run id. */
  restarts: Array<{ run: Run; restarts: number }>;
  /** Started again too often without a step forward; they wait for a person. */
  givenUp: Run[];
}

export interface Sweeper {
  /** Finds what died and decides what becomes of it. Whoever calls starts the `restarts`. */
  sweep(): Promise<Sweep>;
}

export interface SweeperPorts {
  rescues: RescueStore;
  controls: ControlStore;
  runs: RunStore;
  approvals: Approvals;
  desk: Pick<PersonDesk, 'answer'>;
  events: EventLog;
  clock: Pick<Clock, 'nowMs'>;
  log: Logger;
}

/** Looks after runs whose n8n died, and after waiting ones whose answer was lost on its way: one sweep at a time for the whole team (docs/decisions/0019, 0021). */
export function createSweeper(ports: SweeperPorts): Sweeper {
  /** The waiting run looked at last, while not all have been. Each process goes its own round: a lost one costs a look, no run. */
  let lookedAt: Run | undefined;
  return {
    async sweep() {
      const sweep: Sweep = { swept: await ports.rescues.takeTurn(SWEEP_TURN_MS), restarts: [], givenUp: [] };
      if (!sweep.swept) return sweep;
      await endExpired(ports, ports.log).catch((error: unknown) => ports.log.warn('Approvals whose time is over could not be ended.', { code: errorFacts(error).code }));
      const pauses = await ports.controls.pauses();
      for (const runId of await ports.rescues.findDead(LOOKED_AT, (run) => !isPaused(run, pauses))) {
        if (sweep.restarts.length === MAX_RESTARTS_PER_SWEEP) return sweep;
        await settle(runId, sweep, pauses, ports, () => ports.rescues.rescue(runId));
      }
      // What is to be started is written down: it must be told, also by a sweep that comes no further.
      const waiting = await ports.rescues.findWaiting(WAITING_LOOKED_AT, lookedAt).catch((error: unknown) => {
        ports.log.warn('Waiting runs could not be looked after.', { code: errorFacts(error).code });
        return [];
      });
      for (const run of waiting) {
        if (sweep.restarts.length === MAX_RESTARTS_PER_SWEEP) return sweep;
        await settle(run.id, sweep, pauses, ports, () => goOn(run.id, ports));
        lookedAt = run;
      }
      if (waiting.length < WAITING_LOOKED_AT) lookedAt = undefined;
      return sweep;
    },
  };
}

/** What was answered and never reached the run: a no ends it, all else starts it. A denied tool call ends nothing, its task goes on without it. */
async function goOn(runId: string, ports: SweeperPorts): Promise<RescueOutcome> {
  const answer = await ports.desk.answer(await ports.runs.read(runId));
  if (!answer || !havePassed(DECISION_GRACE_MS, answeredAtMs(answer), ports.clock.nowMs())) return { kind: 'left' };
  if (isDenied(answer) && (await endDeniedRun(ports, answer))) return { kind: 'left' };
  return await ports.rescues.goOn(runId);
}

/** Time answers without a decision. */
function answeredAtMs({ decision, createdAtMs }: Approval): number {
  return decision?.atMs ?? createdAtMs;
}

async function settle(runId: string, sweep: Sweep, pauses: readonly Pause[], ports: SweeperPorts, decide: () => Promise<RescueOutcome>): Promise<void> {
  const outcome = await outcomeOf(runId, pauses, ports, decide);
  if (outcome.kind === 'restart') sweep.restarts.push({ run: outcome.run, restarts: outcome.restarts });
  if (outcome.kind === 'givenUp') sweep.givenUp.push(outcome.run);
  await tell(outcome, ports);
}

/** One run that cannot be read must not keep the others from being started. */
async function outcomeOf(runId: string, pauses: readonly Pause[], { runs, log }: SweeperPorts, decide: () => Promise<RescueOutcome>): Promise<RescueOutcome> {
  try {
    if (pauses.length > 0 && isPaused((await runs.read(runId)).run, pauses)) return { kind: 'left' };
    return await decide();
  } catch (error) {
    log.warn('A run could not be looked after.', { runId, code: errorFacts(error).code });
    return { kind: 'left' };
  }
}

/** A paused role keeps only those runs down that it has stopped before: the others may have work for other roles. */
function isPaused(run: Run, pauses: readonly Pause[]): boolean {
  if (pauses.length === 0) return false;
  const paused = new Set(pauses.map(({ scope }) => scopeKey(scope)));
  const isAny = (scopes: ReturnType<typeof scopesOf>) => scopes.some((scope) => paused.has(scopeKey(scope)));
  if (isAny(scopesOf(run.id, run))) return true;
  if (run.error?.code !== 'RUN_PAUSED') return false;
  return isAny(['cto', 'qa', ...(run.plan?.tasks.map(({ role }) => role) ?? [])].map((name) => ({ kind: 'role', name })));
}

async function tell(outcome: RescueOutcome, { events, log }: SweeperPorts): Promise<void> {
  if (outcome.kind === 'left') return;
  const { run } = outcome;
  const facts: RunEvent['facts'] = outcome.kind === 'restart' ? { restarts: outcome.restarts, was: run.error?.code ?? run.status } : { status: run.status, code: run.error?.code ?? null };
  log.info(outcome.kind === 'restart' ? 'A run is started again.' : 'A run is not started again.', { runId: run.id, ...facts });
  await events.append({ runId: run.id, type: outcome.kind === 'restart' ? 'run.restarted' : 'run.finished', facts }).catch((error: unknown) => {
    log.warn('What became of a run is missing in its events.', { runId: run.id, code: errorFacts(error).code });
  });
}
