import { installTemplate, needsPublishing, readTemplates, TEAM_CREDENTIAL, type InstalledTemplate, type InstallOutcome, type N8nClient, type Template } from '../../cli';
import { credentialFromEnvironment, runFilesFolder, teamConfigSchema, teamDataFolder } from '../../team';
import { readyLine, readyText } from './announce';
import type { StartOptions } from './arguments';
import { provideCredential } from './credential';
import { findModels, modelAdvice } from './models';
import { openOwner, provideApiToken } from './owner';
import { noteRunning } from './running';
import { say } from './start-script';
import { readState, writeState, type StartState } from './state';

/** Owner, credential, templates: everything a user would otherwise do by hand in a fresh n8n. Then says where everything is. */
export async function furnish(url: string, { dataDir, json, rehearsal }: StartOptions): Promise<void> {
  const { owner, client } = await openOwner(url, dataDir);
  const token = provideApiToken(dataDir, process.env);
  const { keptTemplates, firstWorkflowId } = await furnishWorkflows(client, dataDir, token);
  const models = modelAdvice(await findModels(process.env), rehearsal).line;
  const filesDir = filesFolder(dataDir);
  noteRunning(dataDir, { ready: { token, filesDir } });
  const ready = { url, dataDir, filesDir, token, owner, models, firstWorkflowId, keptTemplates };
  if (json) process.stdout.write(`${readyLine(ready)}\n`);
  say(readyText(ready));
}

/** Imports the templates again. @returns names of those that were left alone because the user edited them */
export async function refreshTemplates(url: string, dataDir: string): Promise<string[]> {
  const { client } = await openOwner(url, dataDir);
  return (await furnishWorkflows(client, dataDir, provideApiToken(dataDir, process.env))).keptTemplates;
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
