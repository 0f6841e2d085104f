import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { npmErrorCode, runCommand, type CommandResult } from './command';
import { DiskFullError, HostInstallError, RegistryUnreachableError } from './errors';
import { withInstallLock } from './install-lock';
import { hostDir, hostManifestDir } from './place';

export type Progress = (text: string) => void;

/** Measured for n8n 2.41.1: 2.6 GB installed, plus npm's own cache while it unpacks. */
const NEEDED_BYTES = 3e9;
const PROGRESS_EVERY_MS = 10_000;
const NETWORK_CODES = new Set(['ENOTFOUND', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ERR_SOCKET_TIMEOUT', 'EIDLETIMEOUT', 'ERR_INVALID_URL']);

/**
 * Gives the folder of the pinned n8n, installing it first when it is absent.
 * An install counts only when complete: it grows in a sibling folder that is renamed at the end.
 *
 * @throws {DiskFullError | RegistryUnreachableError | HostInstallError}
 */
export async function ensureHost(progress: Progress): Promise<string> {
  const target = hostDir();
  if (existsSync(target)) return target;
  const onWait = () => progress('Another start is installing n8n already; waiting for it…');
  await withInstallLock(`${target}.lock`, () => installOnce(target, progress), onWait);
  return target;
}

async function installOnce(target: string, progress: Progress): Promise<void> {
  // Somebody else may have finished while we waited for the lock.
  if (existsSync(target)) return;
  removeLeftovers(target);
  await assertRegistryReachable(dirname(target));
  assertSpace(dirname(target));
  const partial = `${target}.partial-${process.pid}`;
  try {
    mkdirSync(partial, { recursive: true });
    await fill(partial, progress);
    renameSync(partial, target);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

async function fill(directory: string, progress: Progress): Promise<void> {
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(hostManifestDir, file), join(directory, file));
  progress('Installing n8n 2.41.1 (2.6 GB, a few minutes, once)…');
  const startedMs = Date.now();
  const step = async (name: string, program: string, args: string[]) => {
    const ticker = setInterval(() => progress(`  ${name}: ${Math.round((Date.now() - startedMs) / 1000)} s`), PROGRESS_EVERY_MS);
    try {
      assertDone(name, directory, await runCommand(program, args, { cwd: directory }));
    } finally {
      clearInterval(ticker);
    }
  };
  // Without install scripts: one of them (Kafka) needs a compiler's luck, and n8n starts without it. The two it does need are built after.
  await step('downloading and unpacking', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--json']);
  await step('building the native parts', 'npm', ['rebuild', 'sqlite3', 'isolated-vm', '--json']);
  await step('trying the native parts', 'node', ['-e', "require('sqlite3'); require('isolated-vm')"]);
  progress(`n8n is installed (${Math.round((Date.now() - startedMs) / 1000)} s).`);
}

function assertDone(step: string, directory: string, result: CommandResult): void {
  if (result.exitCode === 0) return;
  const code = npmErrorCode(result.stdout);
  if (code === 'ENOSPC') throw new DiskFullError(dirname(directory));
  if (code !== undefined && NETWORK_CODES.has(code)) throw new RegistryUnreachableError(code);
  throw new HostInstallError(step, code ?? result.stderr);
}

/** Asked before the download, because npm would retry an unreachable registry for minutes before it says so. */
async function assertRegistryReachable(directory: string): Promise<void> {
  const ping = await runCommand('npm', ['ping', '--json', '--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=15000'], { cwd: directory });
  const code = npmErrorCode(ping.stdout);
  // A registry that knows no ping (404) is a registry that was reached.
  if (ping.exitCode !== 0 && code !== undefined && NETWORK_CODES.has(code)) throw new RegistryUnreachableError(code);
}

function assertSpace(directory: string): void {
  const disk = statfsSync(directory);
  const freeBytes = disk.bavail * disk.bsize;
  if (freeBytes < NEEDED_BYTES) throw new DiskFullError(directory, freeBytes);
}

/** What an install that was killed left behind; the lock makes sure that nobody is still filling it. */
function removeLeftovers(target: string): void {
  const mine = `${basename(target)}.partial-`;
  for (const name of readdirSync(dirname(target))) {
    if (name.startsWith(mine)) rmSync(join(dirname(target), name), { recursive: true, force: true });
  }
}
