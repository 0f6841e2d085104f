import { runFilesFolder, teamConfigSchema, teamDataFolder } from '../../team';
import type { N8nClient } from '../n8n-host/client';
import { readyLine, readyText } from './announce';
import type { StartOptions } from './arguments';
import { credentialFromEnvironment, provideCredential } from './credential';
import { findModels, modelAdvice } from './models';
import { openOwner, provideApiToken } from './owner';
import { say } from './start-script';
import { readState, writeState } from './state';
import { importTemplate, readTemplates } from './templates';

/** Owner, credential, templates: everything a user would otherwise do by hand in a fresh n8n. Then says where everything is. */
export async function furnish(url: string, { dataDir, json, rehearsal }: StartOptions): Promise<void> {
  const { owner, client } = await openOwner(url, dataDir);
  const token = provideApiToken(dataDir, process.env);
  const { keptTemplates, firstWorkflowId } = await furnishWorkflows(client, dataDir, token);
  const models = modelAdvice(await findModels(process.env), rehearsal).line;
  const ready = { url, dataDir, filesDir: filesFolder(dataDir), token, owner, models, firstWorkflowId, keptTemplates };
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
  const state = await provideCredential(client, credentialFromEnvironment(process.env, token), readState(dataDir));
  writeState(dataDir, state);
  const keptTemplates: string[] = [];
  const templates = readTemplates();
  for (const template of templates) {
    const { decision, imported } = await importTemplate(client, template, state.credential.id, state.templates[template.name]);
    state.templates[template.name] = imported;
    // After each one: a start that is cut short must not import the same template twice.
    writeState(dataDir, state);
    if (decision === 'keep-edited') keptTemplates.push(template.name);
  }
  return { keptTemplates, firstWorkflowId: templates[0] && state.templates[templates[0].name]?.workflowId };
}
