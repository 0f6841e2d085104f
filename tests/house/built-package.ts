import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './tracked-files';

export interface PackedPackage {
  /** Bytes of the .tgz. */
  size: number;
  unpackedSize: number;
  files: Array<{ path: string; size: number }>;
}

/** The tests of the built package judge dist/ as it stands; `npm test` builds it first. */
export function requireBuild(): void {
  expect({ 'dist/ is there (npm run build)': existsSync(join(ROOT, 'dist', 'team.js')) }).toEqual({ 'dist/ is there (npm run build)': true });
}

/** What `npm publish` would send, without sending it. */
export function packedPackage(): PackedPackage {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return (JSON.parse(output) as PackedPackage[])[0]!;
}
