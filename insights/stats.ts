import type { MemorySizes, RecallTally } from '../memory';
import { roundedUsd, type CalibrationFacts, type CallGroup, type JudgedCall, type UsageBreakdown } from '../router';
import type { RunTally } from '../runs';
import { experimentFigures, type ArmFigures } from './experiments';

/** What the store and the files of the runs take on disk. */
export interface StorageSizes {
  storeBytes: number;
  fileBytes: number;
  files: number;
}

/** How much a team remembers. */
export type MemoryFigures = Pick<MemorySizes, 'items' | 'bytes' | 'byKind'>;

/** How often the memory helped, by whole days of UTC. */
export interface RecallFigures {
  /** Recalls that looked, and those of them that found something. */
  total: number;
  found: number;
  /** 0..1; `null` without any recall. */
  hitRate: number | null;
  /** Those of agents at work alone; the others are of nodes and tools; who looks at a shell is not counted. */
  byAgents: { total: number; found: number };
  /** Memories that stood in the prompt of work that was judged, and those of them whose work passed. That they helped is not said by it. */
  given: number;
  givenPassed: number;
}

/** What a team did and spent since a moment. */
export interface TeamStats {
  team: string;
  sinceMs: number;
  atMs: number;
  runs: RunTally['runs'] & { total: number };
  tasks: RunTally['tasks'];
  calls: {
    total: number;
    local: number;
    cloud: number;
    /** Ended with an error; another model may have answered instead. */
    failed: number;
    promptTokens: number;
    completionTokens: number;
    /** Of the calls whose price is known. */
    costUsd: number;
    /** Calls whose price nobody knows. */
    unpriced: number;
    /** What the local calls would have cost on the reference cloud model. */
    savedUsd: number;
    /** 0..1; `null` without any call. */
    localShare: number | null;
  };
  byModel: CallGroup[];
  byRole: CallGroup[];
  byWorkflow: CallGroup[];
  byDay: CallGroup[];
  /** Comparisons between models, arm by arm. */
  experiments: ArmFigures[];
  storage: StorageSizes;
  /** `null`: the team has no memory, or it does not answer. */
  memory: MemoryFigures | null;
  recalls: RecallFigures;
  /** What the router was taught by the team's outcomes, as it is in force now. `null`: nothing. */
  calibration: CalibrationFacts | null;
}

export interface StatsFacts {
  team: string;
  sinceMs: number;
  atMs: number;
  tally: RunTally;
  breakdown: UsageBreakdown;
  judged: readonly JudgedCall[];
  storage: StorageSizes;
  memory: MemoryFigures | null;
  recalls: RecallTally;
  calibration: CalibrationFacts | null;
}

export function toStats({ team, sinceMs, atMs, tally, breakdown, judged, storage, memory, recalls, calibration }: StatsFacts): TeamStats {
  const { byArm, ...groups } = breakdown;
  const total = Object.values(tally.runs).reduce((sum, count) => sum + count, 0);
  return { team, sinceMs, atMs, runs: { ...tally.runs, total }, tasks: tally.tasks, calls: addUp(breakdown.byModel), ...groups, experiments: experimentFigures(byArm, judged), storage, memory, recalls: recallFigures(recalls), calibration };
}

function recallFigures({ byAgents, byAgentsFound, byOthers, byOthersFound, givenPassed, givenFailed }: RecallTally): RecallFigures {
  const [total, found] = [byAgents + byOthers, byAgentsFound + byOthersFound];
  return { total, found, hitRate: total === 0 ? null : found / total, byAgents: { total: byAgents, found: byAgentsFound }, given: givenPassed + givenFailed, givenPassed };
}

function addUp(groups: readonly CallGroup[]): TeamStats['calls'] {
  const sum = (field: Exclude<keyof CallGroup, 'key' | 'title' | 'medianDurationMs' | 'p95DurationMs'>) => groups.reduce((total, group) => total + group[field], 0);
  const [local, cloud] = [sum('localCalls'), sum('cloudCalls')];
  const total = local + cloud;
  return {
    total, local, cloud, failed: sum('failures'), promptTokens: sum('promptTokens'), completionTokens: sum('completionTokens'),
    costUsd: roundedUsd(sum('costUsd')), unpriced: sum('unpricedCalls'), savedUsd: roundedUsd(sum('savedUsd')), localShare: total === 0 ? null : local / total,
  };
}
