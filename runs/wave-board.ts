import { InvalidInputError } from '../kernel';
import type { Board, BoardMove } from './board';
import { MAX_TASKS } from './contracts';
import { MixedRunsError } from './errors';
import type { EventLog, RunEventType } from './events';
import type { Lease, RunState, TaskClaim, TaskState } from './run';
import type { RunStore } from './run-store';
import type { Approval } from './approvals/approval';
import type { PersonDesk } from './approvals/person-desk';

export interface BoardOptions {
  runs: RunStore;
  events: EventLog;
  desk: PersonDesk;
  /** How long the board's own lease lasts; the agents that work on its items renew it. */
  leaseMs: number;
}

/**
 * The board works in waves: a call means that every item of the wave before has come back. A task that is still `running` or
 * `delivered` then belongs to an item that failed on its way; that attempt goes on where it was, or a person is asked when it happens again and again.
 */
export function createBoard({ runs, events, desk, leaseMs }: BoardOptions): Board {
  const board: Board = {
    async next(runIds, owner) {
      const runId = onlyRun(runIds);
      const lease = await runs.acquire(runId, owner, leaseMs);
      await sendLostBack(await runs.read(runId), lease, { runs, events });
      await desk.settle(lease);
      const ready = await runs.claimReady(lease);
      for (const claim of ready) await events.append({ runId, type: 'task.started', taskId: claim.taskId, facts: { role: claim.task.role, attempt: claim.attempt } }, lease);
      const { move, asked } = await moveOf(ready, lease, { runs, events, desk });
      // Whoever decided while the run was not yet marked as waiting has started nothing: that is done here.
      return (await desk.isWaitedFor(asked)) ? move : await board.next(runIds, owner);
    },
  };
  return board;
}

function onlyRun(runIds: readonly string[]): string {
  const distinct = [...new Set(runIds)];
  if (distinct.length > 1) throw new MixedRunsError(distinct);
  if (!distinct[0]) {
    throw new InvalidInputError('The Task Board got no item with a runId.', { hint: 'Connect CTO Agent (Plan) before it, and QA Agent back into it.' });
  }
  return distinct[0];
}

interface TaskKey {
  runId: string;
  taskId: string;
  attempt: number;
}

type BoardPorts = Pick<BoardOptions, 'runs' | 'events'>;

async function sendLostBack(state: RunState, lease: Lease, { runs, events }: BoardPorts): Promise<void> {
  const lost = state.tasks.filter(({ status }) => status === 'running' || status === 'delivered');
  for (const { task, attempts, status } of lost) {
    const key = { runId: lease.runId, taskId: task.id, attempt: attempts };
    const reason = status === 'running' ? `Attempt ${attempts} came back without a result: its item failed or was left out on the way.` : `Attempt ${attempts} came back without a verdict: QA Agent failed or was left out.`;
    await runs.saveVerdict(lease, { ...key, passed: false, criteria: [], findings: [reason], fault: 'unjudged' });
    await tell(events, lease, 'task.failed', key, reason);
    await tellFate(key, lease, { runs, events });
  }
}

async function tellFate(key: TaskKey, lease: Lease, { runs, events }: BoardPorts): Promise<void> {
  const after = (await runs.read(key.runId)).tasks.find(({ task }) => task.id === key.taskId);
  if (after?.status === 'needsPerson') await tell(events, lease, 'task.needsPerson', key, after.reason ?? '');
  if (after?.status === 'skipped') await tell(events, lease, 'task.skipped', key, after.reason ?? '');
}

async function tell(events: EventLog, lease: Lease, type: RunEventType, key: TaskKey, reason: string): Promise<void> {
  await events.append({ runId: key.runId, type, taskId: key.taskId, facts: { attempt: key.attempt, reason } }, lease);
}

async function moveOf(ready: TaskClaim[], lease: Lease, { runs, events, desk }: BoardPorts & Pick<BoardOptions, 'desk'>): Promise<{ move: BoardMove; asked: Approval[] }> {
  const state = await runs.read(lease.runId);
  const { run, tasks } = state;
  if (ready.length > 0) return { move: { run, ready }, asked: [] };
  if (tasks.length > 0 && tasks.every(isThrough)) return { move: { run, ready: [], done: doneOf(tasks) }, asked: [] };

  const asked = await desk.ask(state);
  if (tasks.length === 0 && asked.length === 0) {
    throw new InvalidInputError(`Run "${run.id}" has no plan yet.`, { hint: `Put CTO Agent (Plan) before the Task Board; a plan has 1 to ${MAX_TASKS} tasks.` });
  }
  await runs.finish(lease, { status: 'waiting' });
  if (tasks.length > 0) await events.append({ runId: run.id, type: 'run.finished', facts: { status: 'waiting' } });
  return { move: { run: (await runs.read(run.id)).run, ready: [], needsPerson: needsPersonOf(tasks, asked) }, asked };
}

function isThrough({ status }: TaskState): boolean {
  return status === 'passed' || status === 'skipped';
}

function doneOf(tasks: readonly TaskState[]): NonNullable<BoardMove['done']> {
  const passed = tasks.filter(({ status }) => status === 'passed');
  return {
    results: passed.flatMap(({ result }) => result ?? []),
    verdicts: passed.flatMap(({ verdict }) => verdict ?? []),
    skipped: tasks.filter(({ status }) => status === 'skipped').map(({ task }) => task.id),
  };
}

function needsPersonOf(tasks: readonly TaskState[], asked: readonly Approval[]): NonNullable<BoardMove['needsPerson']> {
  const shown = (approval: Approval | undefined) => approval && { approval: { id: approval.id, hash: approval.hash, title: approval.title } };
  if (tasks.length === 0) return asked.map((approval) => ({ taskId: '', title: approval.title, reason: 'The plan waits for a person to approve it.', ...shown(approval) }));
  return tasks
    .filter(({ status }) => status === 'needsPerson')
    .map(({ task, reason }) => ({ taskId: task.id, title: task.title, reason: reason ?? 'The team could not finish it alone.', ...shown(asked.find(({ action }) => action.taskId === task.id)) }));
}
