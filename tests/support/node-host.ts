import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAMES = ['N8N_USER_FOLDER', 'OLLAMA_HOST', 'AIOS_API_TOKEN', 'EXECUTIONS_MODE', 'AIOS_REHEARSAL'] as const;

/** Gives nodes the surroundings n8n would: an empty user folder and these variables, nothing of this machine. Returns what undoes it. */
export function useNodeHost(environment: Partial<Record<(typeof NAMES)[number], string>>): { userFolder: string; restore(): void } {
  const before = NAMES.map((name) => [name, process.env[name]] as const);
  const userFolder = mkdtempSync(join(tmpdir(), 'aios-nodes-'));
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const name of NAMES) set(name, environment[name]);
  set('N8N_USER_FOLDER', userFolder);
  return {
    userFolder,
    restore() {
      for (const [name, value] of before) set(name, value);
      rmSync(userFolder, { recursive: true, force: true });
    },
  };
}
