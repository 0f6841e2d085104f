import { setTimeout as sleep } from 'node:timers/promises';
import type { RunEvent } from '../../../runs';
import { seededRandom, type Random } from '../privacy/random';
import { SHAPES, TASKS, type Shape } from './story';
import type { Made, Target } from './target';
import type { Witness } from './witness';

export interface PlayOptions {
  kills: number;
  /** No kill is made after this moment (ms since 1970), however many are still to come. */
  untilMs: number;
  seed: number;
  /** Runs under way at the same time. */
  runsAtOnce: number;
  /** Between two kills, 0.5 to 1.5 times this. */
  pauseMs: number;
  /** After the last kill everything must have ended within this. */
  endsWithinMs: number;
  onKill(kind: string, number: number): void;
}

export interface Kill extends Made {
  kind: string;
}

export interface Outcome {
  kills: Kill[];
  runs: number;
  tasks: number;
  /** Tasks of goals that were taken, which neither passed nor stand before a person. */
  lostTasks: number;
  /** Runs that ended otherwise than their shape ends without a kill, and why. */
  odd: string[];
  /** Runs that wait for a person because n8n died twice in the same model call, as they must. */
  cutTwice: number;
  rerunSteps: number;
  repeatedCalls: number;
  calls: number;
  duplicatedEffects: number;
  effects: number;
  resumeMs: number[];
}

/** Gives goals and kills until enough was killed, waits for all to end, and counts what went wrong. */
export async function play(target: Target, witness: Witness, options: PlayOptions, runIds: Map<number, string>): Promise<Outcome> {
  const random = seededRandom(options.seed);
  const kills: Kill[] = [];
  const shapes = new Map<number, Shape>();
  const filling = { isOver: false };
  const filler = keepGiving(target, options, { shapes, runIds, filling, random: seededRandom(options.seed + 1) });
  // Each kind in turn, in a shuffled order, so that a short bench has them all.
  for (let number = 1; number <= options.kills && Date.now() < options.untilMs; number++) {
    await sleep(options.pauseMs * (0.5 + random.next()));
    const kind = target.kinds[(number - 1) % target.kinds.length]!;
    kills.push({ kind, ...(await target.kill(kind, random)) });
    options.onKill(kind, number);
  }
  filling.isOver = true;
  await filler;
  await untilEnded(target, [...runIds.values()], options.endsWithinMs);
  return await outcomeOf(target, witness, { kills, runIds, shapes });
}

interface Giving {
  shapes: Map<number, Shape>;
  runIds: Map<number, string>;
  filling: { isOver: boolean };
  random: Random;
}

/** Keeps so many runs under way. A goal nobody took is given again under its number: it was not acknowledged. */
async function keepGiving(target: Target, { runsAtOnce }: PlayOptions, { shapes, runIds, filling, random }: Giving): Promise<void> {
  const open = new Set<number>();
  let next = 1;
  while (!filling.isOver) {
    for (const number of open) if (runIds.has(number) && (await hasEnded(target, runIds.get(number)!))) open.delete(number);
    while (open.size < runsAtOnce) {
      shapes.set(next, next <= SHAPES.length ? SHAPES[next - 1]! : random.pick(SHAPES));
      open.add(next++);
    }
    for (const number of open) {
      if (runIds.has(number) || filling.isOver) continue;
      const runId = await target.give(number, shapes.get(number)!).catch(() => undefined);
      if (runId !== undefined) runIds.set(number, runId);
    }
    await sleep(250);
  }
}

async function hasEnded({ team }: Target, runId: string): Promise<boolean> {
  const { run } = await team.runs.read(runId).catch(() => ({ run: { status: 'running' } }));
  return ['done', 'waiting', 'failed'].includes(run.status);
}

async function untilEnded(target: Target, runIds: string[], withinMs: number): Promise<void> {
  const giveUpAtMs = Date.now() + withinMs;
  for (const runId of runIds) while (Date.now() < giveUpAtMs && !(await hasEnded(target, runId))) await sleep(250);
}

async function outcomeOf(target: Target, witness: Witness, { kills, runIds, shapes }: { kills: Kill[]; runIds: Map<number, string>; shapes: Map<number, Shape> }): Promise<Outcome> {
  const outcome: Outcome = { kills, runs: runIds.size, tasks: 0, lostTasks: 0, odd: [], cutTwice: 0, rerunSteps: witness.rerun, repeatedCalls: witness.repeated, calls: witness.calls, duplicatedEffects: 0, effects: witness.effects.size, resumeMs: [] };
  for (const [number, runId] of runIds) {
    const shape = shapes.get(number)!;
    const { run, tasks } = await target.team.runs.read(runId);
    outcome.tasks += TASKS[shape];
    const isThrough = run.status === 'done' || run.status === 'waiting';
    outcome.lostTasks += isThrough ? 0 : TASKS[shape] - tasks.filter(({ status }) => status === 'passed' || status === 'needsPerson').length;
    const expected = shape === 'waiting' ? 'waiting' : 'done';
    const isCutTwice = run.status === 'waiting' && [run.error?.message, ...tasks.map(({ reason }) => reason)].some((reason) => reason?.includes('in the middle of the model call'));
    if (isCutTwice) outcome.cutTwice += 1;
    else if (run.status !== expected) outcome.odd.push(`run ${number} (${shape}) is ${run.status}: ${run.error?.message ?? tasks.map(({ task, status, reason }) => `${task.id} ${status} ${reason ?? ''}`).join('; ')}`);
    outcome.resumeMs.push(...resumeTimes(await target.team.events.after(runId, 0, 1_000), kills, runId));
  }
  for (const [effect, { size }] of witness.effects) {
    outcome.duplicatedEffects += size - 1;
    if (size > 1) outcome.odd.push(`effect ${effect} was made ${size} times: ${await storyOf(target, runIds, effect)}`);
  }
  return outcome;
}

/** What became of the task that an effect belongs to. @param effect run number and task, as the story names it */
async function storyOf(target: Target, runIds: Map<number, string>, effect: string): Promise<string> {
  const [number, taskId] = effect.split('/');
  const events = await target.team.events.after(runIds.get(Number(number))!, 0, 1_000);
  const told = events.filter((event) => event.taskId === taskId || event.type === 'run.restarted');
  return told.map(({ type, facts: { attempt, status, reason } }) => [type, attempt, status, reason].filter((part) => part !== undefined).join(' ')).join(', ');
}

/** What is left of a lease at least when its holder dies: two thirds of it. */
const LEAST_LEASE_LEFT_MS = 13_000;

/**
 * From the kill that a run died with to its restart. Where nobody can tell which runs died with a kill, it is the latest one that the run can have
 * died with: it was heard of before, and its lease was over at the restart.
 */
function resumeTimes(events: readonly RunEvent[], kills: readonly Kill[], runId: string): number[] {
  return events.flatMap((event, index) => {
    if (event.type !== 'run.restarted') return [];
    const heardAtMs = events[index - 1]?.atMs ?? 0;
    const isCause = ({ atMs, victims }: Kill) => (victims ? victims.includes(runId) && atMs <= event.atMs : atMs >= heardAtMs - 50 && atMs <= event.atMs - LEAST_LEASE_LEFT_MS);
    const cause = kills.findLast(isCause);
    return cause ? [event.atMs - cause.atMs] : [];
  });
}
