import { errorFacts, type Logger } from '../kernel';
import { MAX_OPEN_APPROVALS, WITHDRAWN_BY_STOP } from './approvals/approval';
import type { Approvals } from './approvals/approvals';
import type { PersonDesk } from './approvals/person-desk';
import { type ControlScope, type ControlStore, scopeKey, scopesOf } from './controls';
import type { EventLog, RunEvent, RunEventType } from './events';
import { RESTARTED_CODES } from './rescue';
import type { Run, RunStatus } from './run';
import type { RunStore } from './run-store';

/** Most runs of each status that one stop ends; whoever has more calls it again. */
const MAX_STOPPED = 500;

/** What a person does to work under way. */
export interface Steering {
  /** Calls under way are cut within a second and made again later; nothing new is asked. A run that waits for a person is not started by his answer. */
  pause(scope: ControlScope): Promise<void>;
  /**
   * Lifts the pause. `start` is set for a single run nobody works on: its workflow must be started with this run id.
   * What rests of wider scopes, the sweeper starts.
   */
  resume(scope: ControlScope): Promise<{ wasPaused: boolean; start?: Run }>;
  /** Ends the work within a second, and what waits for a person with its questions. What is finished is kept, and a person may start the run again. @returns the runs that were stopped */
  stop(scope: ControlScope): Promise<Run[]>;
  /** What holds this run, the widest scope first; undefined when nothing does. A paused role does not hold a run as a whole. */
  pauseOf(run: Run): Promise<ControlScope | undefined>;
}

export interface SteeringPorts {
  runs: RunStore;
  controls: ControlStore;
  approvals: Pick<Approvals, 'list' | 'withdraw'>;
  desk: Pick<PersonDesk, 'answer'>;
  events: EventLog;
  log: Logger;
}

export function createSteering(ports: SteeringPorts): Steering {
  const { runs, controls } = ports;
  return {
    async pauseOf(run) {
      const paused = new Set((await controls.pauses()).map(({ scope }) => scopeKey(scope)));
      return scopesOf(run.id, run).find((scope) => paused.has(scopeKey(scope)));
    },

    async pause(scope) {
      if (scope.kind === 'run') await runs.read(scope.name);
      await controls.pause(scope);
      await tellRun(ports, scope, 'run.paused', {});
    },

    async resume(scope) {
      const run = scope.kind === 'run' ? (await runs.read(scope.name)).run : undefined;
      const wasPaused = await controls.resume(scope);
      if (run?.status === 'stopped') await controls.reopen(run.id);
      if (wasPaused) await tellRun(ports, scope, 'run.unpaused', {});
      // One that waits for an answer has no error: what was answered during the pause has started nothing. One that waits because something went wrong is simply tried again.
      const mustStart = run !== undefined && (run.status === 'stopped' || (run.status === 'waiting' && (run.error !== undefined || (await isAnswered(ports, run)))));
      return { wasPaused, ...(mustStart && { start: run }) };
    },

    async stop(scope) {
      if (scope.kind === 'run') return [await stopRun(ports, scope.name)];
      const stopped: Run[] = [];
      for (const run of await atWork(ports, scope)) {
        // One may have ended since the list was read.
        const outcome = await stopRun(ports, run.id).catch(unlessEnded);
        if (outcome) stopped.push(outcome);
      }
      return stopped;
    },
  };
}

async function stopRun(ports: SteeringPorts, runId: string): Promise<Run> {
  const run = await ports.controls.stop(runId);
  await tellRun(ports, { kind: 'run', name: runId }, 'run.finished', { status: run.status, code: run.error?.code ?? null });
  await withdrawQuestions(ports, runId);
  return run;
}

/** After the run is stopped: whoever decides in between starts nothing. */
async function withdrawQuestions({ approvals, log }: SteeringPorts, runId: string): Promise<void> {
  for (const { id } of await approvals.list({ runId, status: 'open', limit: MAX_OPEN_APPROVALS })) {
    await approvals.withdraw(id, WITHDRAWN_BY_STOP).catch((error: unknown) => {
      // Decided a moment ago: that is kept for whoever goes on with the run.
      log.debug('A question of a stopped run was not withdrawn.', { runId, approvalId: id, code: errorFacts(error).code });
    });
  }
}

async function isAnswered({ runs, desk }: SteeringPorts, { id }: Run): Promise<boolean> {
  return (await desk.answer(await runs.read(id))) !== undefined;
}

/** Runs somebody works on, that wait for a person, or that the sweeper would start. */
async function atWork({ runs }: SteeringPorts, scope: ControlScope): Promise<Run[]> {
  const lists = await Promise.all((['running', 'queued', 'waiting', 'stopped'] satisfies RunStatus[]).map((status) => runs.list({ status, limit: MAX_STOPPED })));
  const open = lists.flat().filter((run) => run.status !== 'stopped' || RESTARTED_CODES.includes(run.error?.code ?? ''));
  if (scope.kind === 'project') return open.filter(({ project }) => project === scope.name);
  if (scope.kind !== 'role') return open;
  const hasWorkFor = async ({ id }: Run) => (await runs.read(id)).tasks.some(({ task, status }) => task.role === scope.name && status !== 'passed' && status !== 'skipped');
  const wanted = await Promise.all(open.map(hasWorkFor));
  return open.filter((_, index) => wanted[index]);
}

/** Only a run has events of its own. */
async function tellRun({ events, log }: SteeringPorts, scope: ControlScope, type: RunEventType, facts: RunEvent['facts']): Promise<void> {
  if (scope.kind !== 'run') return;
  await events.append({ runId: scope.name, type, facts }).catch((error: unknown) => {
    log.warn('What a person did to a run is missing in its events.', { runId: scope.name, type, code: errorFacts(error).code });
  });
}

function unlessEnded(error: unknown): undefined {
  if (!['RUN_FINISHED', 'RUN_NOT_FOUND'].includes(errorFacts(error).code)) throw error;
  return undefined;
}
