import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxUnavailableError } from '../errors';

/** Beside the bundle; in a clone, what the build left in dist/. */
const TREES = [join(__dirname, 'sandbox'), join(__dirname, '..', '..', 'dist', 'sandbox')];
const UNSHARE = ['/usr/bin/unshare', '/bin/unshare'];

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

/** From outside inwards: the kernel's limits, namespaces, Node's permissions, the program. */
export function sandboxCommand({ tree, script, inNamespaces, memoryBytes, cpuS }: CommandWish): SandboxCommand {
  const heapMiB = Math.floor(memoryBytes / 1024 / 1024);
  const node = [process.execPath, '--permission', `--allow-fs-read=${tree}/*`, '--allow-worker', `--max-old-space-size=${heapMiB}`, '--no-warnings', join(tree, 'program/lib', `${script}.mjs`)];
  const command = inNamespaces ? [findUnshare()!, ...NAMESPACES, ...node] : node;
  return { file: '/bin/sh', args: ['-c', `ulimit -c 0; ulimit -f 0; ulimit -t ${cpuS}; exec "$@"`, 'sandbox', ...command], cwd: tree };
}
