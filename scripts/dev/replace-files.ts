import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow } from '../build/files-below';

/**
 * Makes `target` hold what `source` holds, by moving the files that differ. Both must be on one disk: a move is whole or not at all,
 * and n8n, which watches `target`, never reads half a file.
 *
 * @returns what was written or removed, relative to `target`
 */
export async function replaceFiles(source: string, target: string): Promise<string[]> {
  const [wanted, present] = await Promise.all([filesBelow(source, '.'), filesBelow(target, '.')]);
  const differing = wanted.filter((file) => !isSame(join(source, file), join(target, file)));
  for (const file of differing) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    renameSync(join(source, file), join(target, file));
  }
  const gone = present.filter((file) => !wanted.includes(file));
  for (const file of gone) rmSync(join(target, file));
  return [...differing, ...gone];
}

function isSame(one: string, other: string): boolean {
  return existsSync(other) && readFileSync(one).equals(readFileSync(other));
}
