import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = process.env.AIOS_SHARED_DIR ?? join(__dirname, '../../../shared');
const SEED = Number(process.env.SEED ?? 1);

/** @returns why a test of a corpus cannot run here; undefined when it can */
export const noCorpus = (rows: unknown[] | undefined): string | undefined => (rows === undefined ? 'its corpus is not beside this repository; AIOS_SHARED_DIR names another place' : undefined);

/** @returns the path of a file beside the repository; undefined when it is not there */
export function sharedFile(path: string): string | undefined {
  const file = join(FOLDER, path);
  return existsSync(file) ? file : undefined;
}

/**
 * Rows of a corpus that lies beside the repository: all of them with FULL=1, otherwise a tenth chosen by SEED.
 *
 * @param path for instance `data/paths/traversal.jsonl`
 * @param part 'all' for a benchmark, which has its own way to be quick
 * @returns undefined when the corpus is not there; the caller skips (`noCorpus`)
 */
export function sharedRows<T>(path: string, part: 'some' | 'all' = 'some'): T[] | undefined {
  const file = join(FOLDER, path);
  if (!existsSync(file)) return undefined;
  const share = part === 'all' || process.env.FULL === '1' ? 1 : 10;
  const lines = readFileSync(file, 'utf8').split('\n').filter((line) => line.trim() !== '');
  return lines.filter((_, index) => (index + SEED) % share === 0).map((line) => JSON.parse(line) as T);
}
