import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CANARY, type Prison } from './prison';

export interface RaceFigures {
  calls: number;
  refused: number;
  /** How often the other process exchanged the folder. */
  swaps: number;
  escapes: string[];
}

/** Exchanges a folder for a link that leads out, and back, as fast as it can. What the other side made in its place meanwhile goes. */
const SWAPPER = `
const { renameSync, rmSync, symlinkSync } = require('node:fs');
const [folder, link, aside, outside] = process.argv.slice(1);
let swaps = 0;
process.on('message', () => process.send(swaps, () => process.disconnect()));
const move = (from, to) => { try { renameSync(from, to); return true; } catch { return false; } };
symlinkSync(outside, link);
(function swap() {
  for (let round = 0; round < 20; round++) {
    if (!move(folder, aside)) continue;
    if (move(link, folder)) { swaps++; move(folder, link); }
    if (!move(aside, folder)) { rmSync(folder, { recursive: true, force: true }); move(aside, folder); }
  }
  setImmediate(swap);
})();
`;

/**
 * Works in folders another process keeps exchanging for a link to the outside, first at the top and then deep below, so that a check and what follows it
 * see different things.
 *
 * @param durationMs of both races together
 */
export async function race(prison: Prison, durationMs: number): Promise<RaceFigures> {
  const [top, below] = [await raceFor(prison, 'deep', durationMs / 2), await raceFor(prison, 'deep/er', durationMs / 2)];
  return { calls: top.calls + below.calls, refused: top.refused + below.refused, swaps: top.swaps + below.swaps, escapes: [...top.escapes, ...below.escapes] };
}

async function raceFor(prison: Prison, swapped: string, durationMs: number): Promise<RaceFigures> {
  const name = `race-${swapped.replace('/', '-')}`;
  const project = prison.workspaces.open(name, { name: 'mallory' });
  const outside = join(prison.folder, '..', 'etc');
  writeFileSync(join(outside, 'inside.txt'), CANARY);
  const baseline = new Set(prison.damage());
  await project.files.write('deep/er/inside.txt', 'harmless');
  const folder = join(prison.folder, name, swapped);
  const swapper = spawn(process.execPath, ['-e', SWAPPER, folder, join(prison.folder, name, 'link'), join(prison.folder, name, 'aside'), outside], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const figures: RaceFigures = { calls: 0, refused: 0, swaps: 0, escapes: [] };
  try {
    for (const endMs = performance.now() + durationMs; performance.now() < endMs; ) {
      for (const path of ['deep/er/inside.txt', 'deep/inside.txt']) {
        await attempt(figures, `read ${path}`, async () => (await project.files.read(path)).content.toString());
        await attempt(figures, `write ${path}`, async () => (await project.files.write(path, `${figures.calls}`)).path);
        await attempt(figures, `delete ${path}`, async () => await project.files.delete(path).then(() => ''));
      }
      await attempt(figures, 'search', async () => JSON.stringify(await project.files.search({ text: 'canary' })));
    }
    figures.swaps = await swapsOf(swapper);
  } finally {
    swapper.kill('SIGKILL');
  }
  figures.escapes.push(...prison.damage().filter((what) => !baseline.has(what)).map((what) => `damage: ${what}`));
  return figures;
}

async function attempt(figures: RaceFigures, what: string, deed: () => Promise<string>): Promise<void> {
  figures.calls++;
  try {
    if ((await deed()).includes(CANARY)) figures.escapes.push(what);
  } catch {
    figures.refused++;
  }
}

async function swapsOf(swapper: ChildProcess): Promise<number> {
  return await new Promise((resolve) => {
    swapper.once('message', (swaps) => resolve(Number(swaps)));
    swapper.once('exit', () => resolve(0));
    swapper.send('how many?');
  });
}
