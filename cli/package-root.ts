import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of this package: the clone's, or the one npm unpacked. */
export function packageRoot(from: string = __dirname): string {
  let folder = from;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** The clone this command runs from; undefined in the published package, which has no scripts. */
export function cloneRoot(from?: string): string | undefined {
  const root = packageRoot(from);
  return existsSync(join(root, 'scripts', 'start.ts')) ? root : undefined;
}

export function packageVersion(): string {
  return String((JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version?: unknown }).version);
}

/** How the user calls us, to be put before a command he may copy. */
export function invocation(): string {
  return cloneRoot() ? 'npm run aios --' : 'npx n8n-nodes-aios';
}
