import { isAiosError } from '../../kernel';
import { refreshTemplates } from '../start/furnish';
import { say } from '../start/start-script';
import { consequencesOf, whereToLook } from './consequences';
import type { DevHost } from './dev-host';
import type { DevPackage } from './dev-package';
import { logLength, reloadOutcome } from './hot-reload';
import { whyRefused } from './why-refused';

export interface DevSession {
  n8n: DevHost;
  devPackage: DevPackage;
  url: string;
  dataDir: string;
}

/** Brings each change of the sources into the running n8n and says what became of it. What fails leaves n8n with what it has. */
export async function followChanges(session: DevSession, changes: AsyncIterable<string[]>): Promise<void> {
  for await (const files of changes) {
    say(`\n${new Date().toTimeString().slice(0, 8)}  ${listed(files)}`);
    await applyChange(session, files).catch((error: unknown) => {
      if (!isAiosError(error)) throw error;
      say(`${error.message} ${error.hint} n8n goes on with what it has.`);
    });
  }
}

async function applyChange(session: DevSession, files: string[]): Promise<void> {
  const { build, restartN8n, templates, restartDev } = consequencesOf(files);
  if (restartDev) say('End this with Ctrl-C and start it again: it runs these files itself.');
  if (build) await giveToN8n(session, restartN8n);
  if (templates) await importTemplates(session);
}

async function giveToN8n({ n8n, devPackage }: DevSession, restartN8n: boolean): Promise<void> {
  const begunMs = Date.now();
  const took = () => `${((Date.now() - begunMs) / 1000).toFixed(1)} s`;
  const logBytes = logLength(n8n.logPath);
  const built = await devPackage.update();
  if (built.length === 0) return say('Nothing that n8n loads has changed.');
  say(`Built in ${took()}.`);
  const outcome = restartN8n ? undefined : await reloadOutcome(n8n.logPath, logBytes);
  if (outcome === 'refused') return say(`n8n cannot load it: ${(await whyRefused(n8n.hostDir, devPackage.installedDir, built)) ?? `see ${n8n.logPath}`}`);
  if (outcome === 'taken') return say(`In n8n after ${took()}. ${whereToLook(built)}`);
  // The list of nodes changed, or n8n cannot watch files on this machine.
  say('Restarting n8n…');
  await n8n.restart();
  say(`In n8n after ${took()}. Reload the browser page.`);
}

async function importTemplates({ url, dataDir }: DevSession): Promise<void> {
  const kept = await refreshTemplates(url, dataDir);
  say(`The templates are imported. Reload the browser page to see them.${kept.length > 0 ? ` Left alone, because edited in n8n: ${kept.join(', ')}.` : ''}`);
}

function listed(files: string[]): string {
  return files.length > 3 ? `${files.slice(0, 3).join(', ')} and ${files.length - 3} more` : files.join(', ');
}
