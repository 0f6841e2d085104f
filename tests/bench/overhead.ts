/**
 * What the router costs beside the model: `npm run bench:overhead [-- --seconds 6] [-- --rounds 2] [-- --calls 100000] [-- --only router] [-- --picture] [-- --json]`.
 *
 * The same stub service asked directly, by our router in process (bundled, real driver, SQLite ledger, budget, privacy scan) and through Portkey's
 * gateway, by turns in one run; then the router alone for 100,000 calls, with memory looked at. Exit 1 when a limit is missed.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { MemorySample } from './overhead/memory';
import { overheadPicture } from './overhead/picture';
import { bundleWorker, run, startPortkey, startStubProcess, stopAll } from './overhead/processes';
import { cellTable, memoryTable, verdicts } from './overhead/report';
import type { Cell } from './overhead/windows';

const DELAYS_MS = [0, 50];
const CALLERS = [1, 32, 256];
const PICTURE = join(__dirname, '..', '..', 'docs', 'pictures', 'overhead.svg');

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '6' }, rounds: { type: 'string', default: '2' }, calls: { type: 'string', default: '100000' }, only: { type: 'string' }, picture: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } });
  const worker = await bundleWorker();
  const stubs = await Promise.all(DELAYS_MS.map(async (upstreamMs) => ({ upstreamMs, url: await startStubProcess(worker, upstreamMs) })));
  const portkeyUrl = values.only ? undefined : await startPortkey();
  if (!portkeyUrl && !values.only) process.stderr.write('Portkey\'s gateway cannot be had here (npm could not download or start it): measured without it.\n');
  const cells: Cell[] = [];
  for await (const measured of run<Cell[]>(worker, { kind: 'cells', stubs, callers: CALLERS, rounds: Number(values.rounds), windowMs: Number(values.seconds) * 1_000, portkeyUrl, only: values.only })) {
    cells.push(...measured);
    process.stderr.write(`${measured.map(({ target, callers, upstreamMs, p50Ms, perSecond }) => `${target} ${callers}@${upstreamMs}: ${p50Ms.toFixed(2)} ms, ${perSecond.toFixed(0)}/s`).join(' · ')}\n`);
  }
  const memory = (await Array.fromAsync(run<MemorySample[]>(worker, { kind: 'memory', stubUrl: stubs[0]!.url, calls: Number(values.calls), samples: 10, callers: 32 }, ['--expose-gc']))).flat();
  const found = verdicts(cells, memory);
  const machine = `${cpus().length} cores, ${process.platform}-${process.arch}, Node ${process.version}`;
  if (values.picture) writeFileSync(PICTURE, overheadPicture(cells, memory));
  process.stdout.write(values.json ? `${JSON.stringify({ machine, cells, memory, verdicts: found })}\n` : `${machine}\n\n${cellTable(cells)}\n${memoryTable(memory)}\n${found.map(({ text, isMet }) => `${isMet ? 'met' : 'MISSED'}: ${text}`).join('\n')}\n`);
  return found.every(({ isMet }) => isMet) ? 0 : 1;
}

void main().then((exitCode) => (process.exitCode = exitCode)).finally(stopAll);
