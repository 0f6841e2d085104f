import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

/** Every file of the repository, those not yet committed included, relative to its root. */
export function trackedFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' });
  return listed.split('\n').filter((file) => file !== '' && existsSync(join(ROOT, file)));
}

export const readTracked = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** The environment for a linter: n8n's rules behave differently when NODE_ENV is `test`. */
export const withoutTestMode = (): NodeJS.ProcessEnv => ({ ...process.env, NODE_ENV: undefined });
