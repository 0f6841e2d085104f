import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a start remembers for the next one, beside n8n's own data. */
export interface StartState {
  credential?: { id: string; hash: string };
  /** Names of the templates that were published once: one the user has switched off since stays off. */
  published: string[];
}

export function readState(dataDir: string): StartState {
  const path = statePath(dataDir);
  const state = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Partial<StartState>) : {};
  return { ...state, published: state.published ?? [] };
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
