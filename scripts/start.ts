import { join } from 'node:path';
import { InvalidInputError, isAiosError, type AiosError } from '../kernel';
import { installTemplate, needsPublishing, readTemplates, removeRunning, TEAM_CREDENTIAL, writeRunning, type InstalledTemplate, type InstallOutcome, type N8nClient, type Template } from '../cli';
import { endRunningCommands } from './n8n-host/command';
import { ensureHost } from './n8n-host/install';
import { installPackageIfChanged } from './n8n-host/install-package';
import { launchN8n, type RunningN8n } from './n8n-host/launch';
import { assertPortFree, freePort } from './n8n-host/ports';
import { readyLine, readyText } from './start/announce';
import { credentialFromEnvironment, runFilesFolder, teamConfigSchema, teamDataFolder } from '../team';
import { parseStartArguments, USAGE, type StartOptions } from './start/arguments';
import { buildIfStale } from './start/build';
import { provideCredential } from './start/credential';
import { findModels, modelAdvice } from './start/models';
import { openOwner, provideApiToken } from './start/owner';
import { readState, writeState, type StartState } from './start/state';

const say = (text: string) => void process.stderr.write(`${text}\n`);

let n8n: RunningN8n | undefined;
let isStopping = false;

main().catch(async (error: unknown) => {
  // What was under way when the user stopped us fails; that is no news.
  if (isStopping) return;
  await n8n?.stop();
  if (!isAiosError(error)) throw error;
  const isUsage = error instanceof InvalidInputError;
  say(isUsage ? `${error.message}\n\n${error.hint}` : sentence(error));
  process.exit(isUsage ? 2 : 1);
});

async function main(): Promise<void> {
  const options = parseStartArguments(process.argv.slice(2));
  if (options.help) return void process.stdout.write(USAGE);
  stopOnSignals();
  n8n = await startN8n(options);
  await n8n.ready;
  await furnish(n8n.url, options);
  const exitCode = await n8n.ended;
  if (isStopping) return;
  say(`n8n ended by itself (exit code ${exitCode}). Its log: ${join(options.dataDir, 'n8n.log')}`);
  process.exit(1);
}

async function startN8n({ port: wanted, dataDir, rehearsal }: StartOptions): Promise<RunningN8n> {
  const port = wanted === 0 ? await freePort() : wanted;
  const url = `http://127.0.0.1:${port}`;
  // First of all: nobody should wait for a download to learn this.
  await assertPortFree(port);
  writeRunning(dataDir, { url, pid: process.pid, startedAtMs: Date.now() });
  process.on('exit', () => removeRunning(dataDir, process.pid));
  await buildIfStale(say);
  const hostDir = await ensureHost(say);
  if (await installPackageIfChanged(dataDir, join(dataDir, '.package'))) say('The nodes are installed in n8n.');
  say('Starting n8n…');
  return await launchN8n({ hostDir, userFolder: dataDir, port, environment: rehearsal ? { AIOS_REHEARSAL: 'true' } : {} });
}

/** Owner, credential, templates: everything a user would otherwise do by hand in a fresh n8n. */
async function furnish(url: string, { dataDir, json, rehearsal }: StartOptions): Promise<void> {
  const { owner, client } = await openOwner(url, dataDir);
  const token = provideApiToken(dataDir, process.env);
  const { keptTemplates, firstWorkflowId } = await furnishWorkflows(client, dataDir, token);
  const models = modelAdvice(await findModels(process.env), rehearsal).line;
  writeRunning(dataDir, { url, pid: process.pid, startedAtMs: Date.now(), ready: { token, filesDir: filesFolder(dataDir) } });
  const ready = { url, dataDir, filesDir: filesFolder(dataDir), token, owner, models, firstWorkflowId, keptTemplates };
  if (json) process.stdout.write(`${readyLine(ready)}\n`);
  say(readyText(ready));
}

/** The rule the team itself follows, for the team of the credential we made. */
function filesFolder(dataDir: string): string {
  const config = teamConfigSchema.parse({ teamName: process.env.AIOS_TEAM || undefined });
  return runFilesFolder(teamDataFolder(config, { userFolder: dataDir, environment: process.env, log: () => {} }));
}

/** @returns names of the templates that were left alone because the user edited them, and the workflow of the first template */
async function furnishWorkflows(client: N8nClient, dataDir: string, token: string): Promise<{ keptTemplates: string[]; firstWorkflowId?: string }> {
  const state = await provideCredential(client, { ...credentialFromEnvironment(process.env), apiToken: token }, readState(dataDir));
  writeState(dataDir, state);
  const known = new Set((await client.listCredentials()).map(({ id }) => id));
  const stored = await client.listWorkflows();
  const results: { template: Template; installed: InstalledTemplate }[] = [];
  for (const template of readTemplates()) {
    const installed = await installTemplate(client, stored, template, { use: { id: state.credential.id, name: TEAM_CREDENTIAL.name }, known });
    results.push({ template, installed });
    if (!mustPublish(template, installed.outcome, state)) continue;
    await client.publishWorkflow(installed.workflow.id);
    state.published = [...new Set([...state.published, template.name])];
    writeState(dataDir, state);
  }
  const keptTemplates = results.filter(({ installed }) => installed.outcome === 'kept').map(({ template }) => template.name);
  return { keptTemplates, firstWorkflowId: results[0]?.installed.workflow.id };
}

function mustPublish({ name, body }: Template, outcome: InstallOutcome, { published }: StartState): boolean {
  if (outcome === 'kept' || !needsPublishing(body)) return false;
  return outcome === 'created' || !published.includes(name);
}

/** Ctrl-C and friends: n8n ends first, then we do. */
function stopOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
  if (process.env.npm_lifecycle_event === 'start') stopWithParent();
  // Started by another program of ours (`aios up`, `aios run`): its end closes the channel, and perhaps the pipes we write to.
  process.on('disconnect', () => void stop());
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => void stop());
}

/** An npm that was killed tells nobody; n8n must not stay behind and hold the port. */
function stopWithParent(): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && void stop(), 1_000).unref();
}

async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  say('Stopping…');
  endRunningCommands();
  await n8n?.stop();
  process.exit(0);
}

function sentence({ message, hint }: AiosError): string {
  return `${message} ${hint}`;
}
