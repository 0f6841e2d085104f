import type { MemorySample } from './memory';
import type { Cell } from './windows';

export const LIMITS = { addedMsAtOne: 0.4, perSecondAt32: 3_000, addedMsAt256: 10, grownHeapMb: 5, grownRssMb: 25 };

export interface Verdict {
  text: string;
  isMet: boolean;
}

/** What a target's median has more than the direct one's, in the same cell. */
export function addedMs(cells: readonly Cell[], { target, upstreamMs, callers }: Pick<Cell, 'target' | 'upstreamMs' | 'callers'>): number {
  const p50 = (name: string) => cells.find((cell) => cell.target === name && cell.upstreamMs === upstreamMs && cell.callers === callers)?.p50Ms ?? Number.NaN;
  return p50(target) - p50('direct');
}

export function verdicts(cells: readonly Cell[], memory: readonly MemorySample[]): Verdict[] {
  const atOne = addedMs(cells, { target: 'router', upstreamMs: 0, callers: 1 });
  const at256 = addedMs(cells, { target: 'router', upstreamMs: 50, callers: 256 });
  const perSecond = cells.find(({ target, upstreamMs, callers }) => target === 'router' && upstreamMs === 0 && callers === 32)?.perSecond ?? 0;
  const failures = cells.filter(({ target }) => target === 'router').reduce((sum, cell) => sum + cell.failures, 0);
  // The first samples still fill the caches, which are bounded.
  const [early, last] = [memory[Math.floor(memory.length / 3)], memory.at(-1)];
  const grown = early && last ? { heapMb: last.heapMb - early.heapMb, rssMb: last.rssMb - early.rssMb } : { heapMb: Number.NaN, rssMb: Number.NaN };
  return [
    { text: `one caller: ${atOne.toFixed(2)} ms added at the median (limit ${LIMITS.addedMsAtOne})`, isMet: atOne <= LIMITS.addedMsAtOne },
    { text: `32 callers: ${perSecond.toFixed(0)} requests per second (limit ${LIMITS.perSecondAt32})`, isMet: perSecond >= LIMITS.perSecondAt32 },
    { text: `256 callers, 50 ms upstream: ${at256.toFixed(2)} ms added (limit ${LIMITS.addedMsAt256})`, isMet: at256 <= LIMITS.addedMsAt256 },
    { text: `memory after ${early?.calls} and ${last?.calls} calls: heap ${signed(grown.heapMb)} MB (limit ${LIMITS.grownHeapMb}), resident ${signed(grown.rssMb)} MB (limit ${LIMITS.grownRssMb})`, isMet: grown.heapMb <= LIMITS.grownHeapMb && grown.rssMb <= LIMITS.grownRssMb },
    { text: `${failures} of the router's calls failed`, isMet: failures === 0 },
  ];
}

export function cellTable(cells: readonly Cell[]): string {
  const rows = cells.map((cell) => `| ${cell.upstreamMs} ms | ${cell.callers} | ${cell.target} | ${cell.perSecond.toFixed(0)} | ${cell.p50Ms.toFixed(2)} | ${cell.p95Ms.toFixed(2)} | ${cell.p99Ms.toFixed(2)} | ${cell.target === 'direct' ? '' : addedMs(cells, cell).toFixed(2)} | ${cell.cpuMsPerCall.toFixed(2)} | ${cell.failures} |`);
  return ['| upstream | callers | | requests/s | p50 ms | p95 ms | p99 ms | added p50 ms | CPU ms per call (asking process) | failed |', '|---|---|---|---|---|---|---|---|---|---|', ...rows, ''].join('\n');
}

export function memoryTable(memory: readonly MemorySample[]): string {
  return ['| calls | heap MB | resident MB |', '|---|---|---|', ...memory.map(({ calls, heapMb, rssMb }) => `| ${calls} | ${heapMb.toFixed(1)} | ${rssMb.toFixed(0)} |`), ''].join('\n');
}

const signed = (value: number): string => `${value >= 0 ? '+' : ''}${value.toFixed(1)}`;
