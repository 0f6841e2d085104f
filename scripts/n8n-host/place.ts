import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

export const repositoryDir = join(__dirname, '..', '..');
export const hostManifestDir = __dirname;

/** Node 24 of this clone; n8n needs it whatever the machine has. */
export const node24Dir = join(repositoryDir, 'node_modules', 'node', 'bin');
export const node24 = join(node24Dir, process.platform === 'win32' ? 'node.exe' : 'node');

export function cacheDir(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.AIOS_CACHE_DIR || join(homedir(), '.cache', 'n8n-nodes-aios');
}

/** One folder per lock file and platform: a new pin or another machine's home never meets the wrong binaries. */
export function hostDir(environment: NodeJS.ProcessEnv = process.env): string {
  return join(cacheDir(environment), `${lockHash()}-${platformName()}`);
}

function lockHash(): string {
  return createHash('sha256').update(readFileSync(join(hostManifestDir, 'package-lock.json'))).digest('hex').slice(0, 16);
}

function platformName(): string {
  const glibc = (process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined)?.header?.glibcVersionRuntime;
  const libc = process.platform === 'linux' && !glibc ? '-musl' : '';
  return `${process.platform}-${process.arch}${libc}`;
}

/**
 * The environment for npm and n8n: Node 24 first on PATH, without what an outer `npm run` left behind,
 * which would make an inner npm believe it works in this clone.
 */
export function childEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_(package|lifecycle)_|npm_config_local_prefix$|npm_command$|INIT_CWD$|NODE_OPTIONS$|JEST_WORKER_ID$|NODE_ENV$)/.test(name));
  return { ...Object.fromEntries(inherited), PATH: [node24Dir, process.env.PATH].join(delimiter), ...more };
}
