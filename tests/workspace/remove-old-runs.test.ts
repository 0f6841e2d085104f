import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeOldRuns } from '../../workspace';

const DAY_MS = 24 * 60 * 60 * 1_000;
const NOW_MS = Date.UTC(2030, 0, 1);
let folder: string;

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'aios-old-runs-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function runFolder(name: string, ageDays: number): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, 'a.txt'), 'a');
  const at = new Date(NOW_MS - ageDays * DAY_MS);
  utimesSync(path, at, at);
  return path;
}

it('deletes the folders of old runs nobody knows, and no others', async () => {
  const oldUnknown = runFolder('old-unknown', 40);
  const kept = [runFolder('old-known', 40), runFolder('new-unknown', 2), runFolder('.writing', 40)];
  const removed = await removeOldRuns(folder, { beforeMs: NOW_MS - 30 * DAY_MS, isKnown: async (runId) => runId === 'old-known' });
  expect(removed).toBe(1);
  expect(existsSync(oldUnknown)).toBe(false);
  expect(kept.map(existsSync)).toEqual([true, true, true]);
});

it('has nothing to do where no run has written yet', async () => {
  expect(await removeOldRuns(join(folder, 'none'), { beforeMs: NOW_MS, isKnown: async () => false })).toBe(0);
});
