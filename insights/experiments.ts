import { armOfKey, roundedUsd, type CallGroup, type JudgedCall } from '../router';

/** One side of a comparison between models. */
export interface ArmFigures {
  experiment: string;
  arm: string;
  calls: number;
  /** Ended with an error. */
  failed: number;
  medianDurationMs: number | null;
  /** Of the calls whose price is known; `null` without any. */
  costPerCallUsd: number | null;
  /** Tasks (or single calls outside any task) somebody has judged. */
  judged: number;
  /** 0..1; `null` before anything was judged. */
  okShare: number | null;
  /** To the experiment's first arm by name; absent for that one, and until both were judged. */
  difference?: Difference;
}

/** How much larger this arm's share of good tasks is, −1..1, and the bounds it lies within in 19 of 20 cases. */
export interface Difference {
  value: number;
  from: number;
  to: number;
  /** Says whether the bounds leave out zero, with tasks enough on both sides: otherwise the arms may be alike, and more tasks are needed. */
  isClear: boolean;
}

/** What became of each arm since the moment the calls were counted from. Experiments and arms in the order of their names. */
export function experimentFigures(byArm: readonly CallGroup[], judged: readonly JudgedCall[]): ArmFigures[] {
  const figures = byArm.map((group) => armFigures(group, judged)).sort((one, other) => order(one.experiment, other.experiment) || order(one.arm, other.arm));
  return figures.map((arm) => {
    const first = figures.find(({ experiment }) => experiment === arm.experiment)!;
    const difference = arm === first ? undefined : differenceOf(arm, first);
    return { ...arm, ...(difference && { difference }) };
  });
}

function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function armFigures(group: CallGroup, judged: readonly JudgedCall[]): ArmFigures {
  const { name, arm } = armOfKey(group.key);
  const calls = group.localCalls + group.cloudCalls;
  const priced = calls - group.unpricedCalls;
  const tasks = sharesByTask(judged.filter(({ experiment }) => experiment?.name === name && experiment.arm === arm));
  return {
    experiment: name,
    arm,
    calls,
    failed: group.failures,
    medianDurationMs: group.medianDurationMs,
    costPerCallUsd: priced === 0 ? null : roundedUsd(group.costUsd / priced),
    judged: tasks.length,
    okShare: tasks.length === 0 ? null : tasks.reduce((sum, share) => sum + share, 0) / tasks.length,
  };
}

/** Calls of one task stand or fall together: each task counts once, by the share of its calls that were good. */
function sharesByTask(calls: readonly JudgedCall[]): number[] {
  const tasks = new Map<string, { ok: number; all: number }>();
  for (const { callId, runId, taskId, verdict } of calls) {
    const key = runId !== undefined && taskId !== undefined ? `task ${runId} ${taskId}` : `call ${callId}`;
    const task = tasks.get(key) ?? { ok: 0, all: 0 };
    tasks.set(key, { ok: task.ok + (verdict.ok ? 1 : 0), all: task.all + 1 });
  }
  return [...tasks.values()].map(({ ok, all }) => ok / all);
}

function differenceOf(arm: ArmFigures, first: ArmFigures): Difference | undefined {
  if (arm.okShare === null || first.okShare === null) return undefined;
  const [a, b] = [wilson(arm.okShare, arm.judged), wilson(first.okShare, first.judged)];
  const value = arm.okShare - first.okShare;
  // Newcombe's hybrid score interval (Statistics in Medicine 17, 1998): sound for few tasks, and where all went well.
  const from = value - Math.hypot(arm.okShare - a.from, b.to - first.okShare);
  const to = value + Math.hypot(a.to - arm.okShare, first.okShare - b.from);
  return { value, from, to, isClear: Math.min(arm.judged, first.judged) >= FEWEST_JUDGED && (from > 0 || to < 0) };
}

/** Figures are looked at again and again: a handful of tasks that went one way by luck must not end a comparison. */
const FEWEST_JUDGED = 10;
/** Two-sided, 95 %. */
const Z = 1.96;

function wilson(share: number, count: number): { from: number; to: number } {
  const middle = share + Z ** 2 / (2 * count);
  const spread = Z * Math.sqrt((share * (1 - share)) / count + Z ** 2 / (4 * count ** 2));
  const scale = 1 + Z ** 2 / count;
  return { from: Math.max(0, (middle - spread) / scale), to: Math.min(1, (middle + spread) / scale) };
}
