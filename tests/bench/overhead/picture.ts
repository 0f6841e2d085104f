import type { MemorySample } from './memory';
import { addedMs, LIMITS } from './report';
import type { Cell } from './windows';

const COLOURS: Record<string, string> = { router: '#2563eb', portkey: '#d97706' };
const NAMES: Record<string, string> = { router: 'this router, in process', portkey: 'Portkey gateway' };
const LEFT = 190;
const WIDTH = 760;
const BAR = 16;

/** Bars of what is added at the median, on a logarithmic scale, and a line of the memory over the long run. */
export function overheadPicture(cells: readonly Cell[], memory: readonly MemorySample[]): string {
  const rows = [{ upstreamMs: 0, callers: 1, limitMs: LIMITS.addedMsAtOne }, { upstreamMs: 0, callers: 32 }, { upstreamMs: 50, callers: 256, limitMs: LIMITS.addedMsAt256 }];
  const bars = rows.map((row, index) => rowOf(row, 60 + index * 62, cells)).join('');
  const height = 60 + rows.length * 62;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height + 190}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
<text x="16" y="28" font-size="16" font-weight="bold">Added to a call at the median (ms, logarithmic)</text>
${bars}${memoryLine(memory, height + 20)}</svg>
`;
}

/** 0.1 ms to 1 s. */
const positionOf = (ms: number): number => LEFT + (Math.log10(Math.min(1_000, Math.max(0.1, ms))) + 1) * ((WIDTH - LEFT - 90) / 4);

function rowOf({ upstreamMs, callers, limitMs }: { upstreamMs: number; callers: number; limitMs?: number }, top: number, cells: readonly Cell[]): string {
  const title = `<text x="16" y="${top + 22}">${callers} caller${callers > 1 ? 's' : ''}, ${upstreamMs} ms upstream</text>`;
  const bars = Object.keys(NAMES).filter((target) => cells.some((cell) => cell.target === target)).map((target, index) => {
    const ms = addedMs(cells, { target, upstreamMs, callers });
    const y = top + index * (BAR + 6);
    return `<rect x="${LEFT}" y="${y}" width="${(positionOf(ms) - LEFT).toFixed(1)}" height="${BAR}" fill="${COLOURS[target]}"/><text x="${(positionOf(ms) + 6).toFixed(1)}" y="${y + 13}" font-size="12">${ms.toFixed(2)} ${callers === 1 ? NAMES[target] : ''}</text>`;
  });
  const limit = limitMs === undefined ? '' : `<line x1="${positionOf(limitMs).toFixed(1)}" x2="${positionOf(limitMs).toFixed(1)}" y1="${top - 5}" y2="${top + 2 * BAR + 10}" stroke="#dc2626" stroke-dasharray="3"/>`;
  return `${title}${bars.join('')}${limit}\n`;
}

function memoryLine(memory: readonly MemorySample[], top: number): string {
  const most = Math.max(1, ...memory.map(({ rssMb }) => rssMb)) * 1.2;
  const last = memory.at(-1)?.calls ?? 1;
  const points = (key: 'rssMb' | 'heapMb') => memory.map((sample) => `${(LEFT + (sample.calls / last) * (WIDTH - LEFT - 90)).toFixed(1)},${(top + 140 - (sample[key] / most) * 110).toFixed(1)}`).join(' ');
  const line = (key: 'rssMb' | 'heapMb', colour: string, name: string) => `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points(key)}"/><text x="16" y="${(top + 144 - ((memory.at(-1)?.[key] ?? 0) / most) * 110).toFixed(1)}" fill="${colour}">${name}: ${memory.at(-1)?.[key].toFixed(0)} MB</text>`;
  return `<text x="16" y="${top + 10}" font-size="16" font-weight="bold">Memory over ${last.toLocaleString('en')} calls</text>${line('rssMb', '#2563eb', 'resident')}${line('heapMb', '#16a34a', 'heap')}<line x1="${LEFT}" x2="${WIDTH - 90}" y1="${top + 142}" y2="${top + 142}" stroke="#999"/>\n`;
}
