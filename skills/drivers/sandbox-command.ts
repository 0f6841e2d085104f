import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxUnavailableError } from '../errors';

/** Beside the bundle; in a clone, what the build left in dist/. */
const TREES = [join(__dirname, 'sandbox'), join(__dirname, '..', '..', 'dist', 'sandbox')];
const UNSHARE = ['/usr/bin/unshare', '/bin/unshare'];

const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'];

/** A network and a process list of its own, as an ordinary user; it ends with its first process. */
const NAMESPACES = ['--user', '--map-root-user', '--net', '--pid', '--ipc', '--fork'];

export interface SandboxCommand {
  file: string;
  args: string[];
  cwd: string;
}

export interface CommandWish {
  tree: string;
  /** The script in the tree. */
  script: 'main' | 'probe';
  inNamespaces: boolean;
  memoryBytes: number;
  /** The kernel's own end for a process nobody watches any more. */
  cpuS: number;
}

/** Its real path, because Node's permissions are checked against real paths. @throws {SandboxUnavailableError} when the build left none */
export function findTree(): string {
  const tree = TREES.find((folder) => existsSync(join(folder, 'program/lib/main.mjs')));
  if (!tree) throw new SandboxUnavailableError('its files (dist/sandbox) are missing from the package.');
  return realpathSync(tree);
}

export function findUnshare(): string | undefined {
  return process.platform === 'linux' ? UNSHARE.find(existsSync) : undefined;
}

let endsWithUs: readonly string[] | undefined;

/**
 * Has the kernel end the process when ours dies, however busy it is. Only util-linux' setpriv can; where it is missing, as in Alpine's images,
 * a process that is busy in bash itself goes on to its limits. In a container it ends with the container.
 */
function deathSignal(): readonly string[] {
  endsWithUs ??= SETPRIV.filter(existsSync).map((file) => [file, '--pdeathsig', 'KILL']).find(([file, ...args]) => spawnSync(file!, [...args, '/bin/true'], { env: {}, timeout: 5_000 }).status === 0) ?? [];
  return endsWithUs;
}

/** From outside inwards: the kernel's limits, namespaces, Node's permissions, the program. */
export function sandboxCommand({ tree, script, inNamespaces, memoryBytes, cpuS }: CommandWish): SandboxCommand {
  const heapMiB = Math.floor(memoryBytes / 1024 / 1024);
  const node = [process.execPath, '--permission', `--allow-fs-read=${tree}/*`, '--allow-worker', `--max-old-space-size=${heapMiB}`, '--no-warnings', join(tree, 'program/lib', `${script}.mjs`)];
  const onDeath = deathSignal();
  const command = inNamespaces ? [findUnshare()!, ...NAMESPACES, ...(onDeath.length > 0 ? ['--kill-child=KILL'] : []), ...node] : node;
  return { file: '/bin/sh', args: ['-c', `ulimit -c 0; ulimit -f 0; ulimit -t ${cpuS}; exec "$@"`, 'sandbox', ...onDeath, ...command], cwd: tree };
}
