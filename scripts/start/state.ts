import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a start remembers for the next one, beside n8n's own data. */
export interface StartState {
  credential?: { id: string; hash: string };
  /** By template file name. */
  templates: Record<string, ImportedTemplate>;
}

export interface ImportedTemplate {
  workflowId: string;
  /** Of what we asked n8n to store. */
  sourceHash: string;
  /** Of what n8n gave back right after; differs from the workflow's hash of today when somebody edited it. */
  storedHash: string;
  published: boolean;
}

export function readState(dataDir: string): StartState {
  const path = statePath(dataDir);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as StartState) : { templates: {} };
}

export function writeState(dataDir: string, state: StartState): void {
  writePrivately(statePath(dataDir), `${JSON.stringify(state, null, 2)}\n`);
}

/** Readable by this user alone; written whole or not at all. */
export function writePrivately(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function statePath(dataDir: string): string {
  return join(dataDir, 'start-state.json');
}
