import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { node24 } from '../n8n-host/place';
import { UnknownStepError } from './errors';

/** n8n's image as far as ours builds on it; looked up in n8n's own Dockerfile: user node, tini, /docker-entrypoint.sh, NODE_ENV. */
const TINI = '#!/bin/sh\nif [ "$1" = "--" ]; then shift; fi\nexec "$@"\n';
const n8nEntrypoint = (hostDir: string) => `#!/bin/sh\nexec "${node24}" "${join(hostDir, 'node_modules', 'n8n', 'bin', 'n8n')}" "$@"\n`;

/**
 * Puts into an empty folder what stands for a base image here. @returns its environment
 *
 * @param hostDir where n8n is installed on this machine
 */
export function laySubstitute(base: string, root: string, hostDir: string): Record<string, string> {
  if (base.startsWith('node:24.')) return {};
  if (!base.startsWith('n8nio/n8n:')) throw new UnknownStepError(`FROM ${base}`);
  mkdirSync(join(root, 'home', 'node', '.n8n'), { recursive: true });
  writeProgram(join(root, 'sbin', 'tini'), TINI);
  writeProgram(join(root, 'docker-entrypoint.sh'), n8nEntrypoint(hostDir));
  return { NODE_ENV: 'production', SHELL: '/bin/sh' };
}

function writeProgram(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}
