import type { Target } from './targets';

/** One target at one number of callers. */
export interface Cell {
  target: string;
  upstreamMs: number;
  callers: number;
  calls: number;
  failures: number;
  firstFailure?: string;
  perSecond: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  /** Of the asking process, asking included: hardly depends on what else the machine does. */
  cpuMsPerCall: number;
}

interface Window {
  latenciesMs: number[];
  failures: string[];
  seconds: number;
  cpuMs: number;
}

/** Several thousand calls, until what runs often is compiled. */
const WARM_UP_MS = 3_000;
let asked = 0;

/** Asks each target by turns, window by window, so that what else the machine does meets all of them. */
export async function measureCells(targets: readonly Target[], { upstreamMs, callers, rounds, windowMs }: { upstreamMs: number; callers: number; rounds: number; windowMs: number }): Promise<Cell[]> {
  const windows = new Map<Target, Window[]>(targets.map((target) => [target, []]));
  for (const target of targets) await measureWindow(target, callers, Math.min(WARM_UP_MS, windowMs));
  for (let round = 0; round < rounds; round += 1) for (const target of targets) windows.get(target)!.push(await measureWindow(target, callers, windowMs));
  return targets.map((target) => ({ target: target.name, upstreamMs, callers, ...summary(windows.get(target)!) }));
}

/** A closed loop: each caller asks again as soon as it has its answer. */
async function measureWindow(target: Target, callers: number, windowMs: number): Promise<Window> {
  const latenciesMs: number[] = [];
  const failures: string[] = [];
  const startedMs = performance.now();
  const cpuBefore = process.cpuUsage();
  const caller = async (): Promise<void> => {
    while (performance.now() - startedMs < windowMs) {
      const askedMs = performance.now();
      await target.ask((asked += 1)).then(
        () => latenciesMs.push(performance.now() - askedMs),
        (error: unknown) => failures.push(String(error)),
      );
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const { user, system } = process.cpuUsage(cpuBefore);
  return { latenciesMs, failures, seconds: (performance.now() - startedMs) / 1_000, cpuMs: (user + system) / 1_000 };
}

function summary(windows: readonly Window[]): Omit<Cell, 'target' | 'upstreamMs' | 'callers'> {
  const sorted = Float64Array.from(windows.flatMap(({ latenciesMs }) => latenciesMs)).sort();
  const failures = windows.flatMap((window) => window.failures);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { calls: sorted.length, failures: failures.length, firstFailure: failures[0], perSecond: sorted.length / total(windows, 'seconds'), cpuMsPerCall: total(windows, 'cpuMs') / sorted.length, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}

function total(windows: readonly Window[], name: 'seconds' | 'cpuMs'): number {
  return windows.reduce((sum, window) => sum + window[name], 0);
}
