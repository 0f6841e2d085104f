import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../n8n-host/command';
import { PackageInstallError } from '../n8n-host/errors';
import { repositoryDir } from '../n8n-host/place';
import type { Progress } from '../n8n-host/install';

/** Everything a build reads. */
export const SOURCES = ['kernel', 'storage', 'privacy', 'workspace', 'memory', 'messaging', 'router', 'skills', 'runs', 'agents', 'improvement', 'insights', 'team', 'cli', 'nodes', 'credentials', 'workflows', 'gulpfile.js', 'package.json', 'tsconfig.json'];

/** Builds `dist` when it is absent or older than a source. */
export async function buildIfStale(progress: Progress): Promise<void> {
  if (!isStale()) return;
  progress('Building the nodes…');
  const built = await runCommand('npm', ['run', '--silent', 'build'], { cwd: repositoryDir });
  if (built.exitCode !== 0) throw new PackageInstallError('npm run build', built.stderr.trim() || built.stdout);
}

function isStale(): boolean {
  const builtMs = newestMs(join(repositoryDir, 'dist'));
  return SOURCES.some((source) => newestMs(join(repositoryDir, source)) > builtMs);
}

/** Newest change of a file or of anything below a folder, in milliseconds since 1970; 0 when absent. */
function newestMs(path: string): number {
  if (!existsSync(path)) return 0;
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}
