import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { contentHash } from '../../kernel';
import type { N8nClient, Workflow, WorkflowBody, WorkflowNode } from '../n8n-host/client';
import { repositoryDir } from '../n8n-host/place';
import { TEAM_CREDENTIAL } from './credential';
import type { ImportedTemplate } from './state';

/** Nodes of ours that take the team credential have this prefix. */
const OUR_NODES = 'n8n-nodes-aios.';
export interface Template {
  /** File name without ".json". */
  name: string;
  body: WorkflowBody;
}

export type ImportDecision = 'create' | 'update' | 'keep' | 'keep-edited';

/**
 * What to do with a template at this start.
 *
 * @param stored the workflow n8n has now under the id of our import, `undefined` when there is none
 */
export function decideImport(sourceHash: string, imported: ImportedTemplate | undefined, stored: Workflow | undefined): ImportDecision {
  if (!imported || !stored) return 'create';
  if (stored.isArchived || workflowHash(stored) !== imported.storedHash) return 'keep-edited';
  return sourceHash === imported.sourceHash ? 'keep' : 'update';
}

/** The same for a workflow before and after n8n stored it, as long as nobody changes what it does. */
export function workflowHash({ name, nodes, connections, settings }: WorkflowBody): string {
  return contentHash({ name, nodes, connections, settings });
}

/** Gives every node of ours the team credential, and drops what n8n's API refuses on import. */
export function prepareTemplate(template: WorkflowBody, credentialId: string): WorkflowBody {
  const withCredential = (node: WorkflowNode): WorkflowNode =>
    node.type.startsWith(OUR_NODES) ? { ...node, credentials: { ...node.credentials, [TEAM_CREDENTIAL.type]: { id: credentialId, name: TEAM_CREDENTIAL.name } } } : node;
  const { name, connections, settings } = template;
  return { name, nodes: template.nodes.map(withCredential), connections, settings, pinData: template.pinData ?? {} };
}

/** Whether a trigger of the template works only once it is published. A chat that is not public lives in the editor and works there unpublished. */
export function needsPublishing({ nodes }: WorkflowBody): boolean {
  return nodes.some(({ type, disabled, parameters }) => {
    if (disabled) return false;
    if (type === '@n8n/n8n-nodes-langchain.chatTrigger') return parameters?.public === true;
    return type === 'n8n-nodes-base.webhook' || type === 'n8n-nodes-aios.teamApiTrigger';
  });
}

export function readTemplates(directory = join(repositoryDir, 'workflows')): Template[] {
  const files = readdirSync(directory).filter((file) => file.endsWith('.json')).sort();
  return files.map((file) => ({ name: basename(file, '.json'), body: JSON.parse(readFileSync(join(directory, file), 'utf8')) as WorkflowBody }));
}

/** Imports one template if that takes nothing from the user, and publishes it when it was (re)imported. */
export async function importTemplate(client: N8nClient, template: Template, credentialId: string, imported: ImportedTemplate | undefined): Promise<{ decision: ImportDecision; imported: ImportedTemplate }> {
  const body = prepareTemplate(template.body, credentialId);
  const sourceHash = contentHash(body);
  const stored = imported && (await client.findWorkflow(imported.workflowId));
  const decision = decideImport(sourceHash, imported, stored);
  if (decision === 'keep-edited') return { decision, imported: imported! };
  const next = decision === 'keep' ? imported! : await store(client, body, sourceHash, decision === 'update' ? stored!.id : undefined);
  return { decision, imported: await publishOnce(client, body, next) };
}

async function store(client: N8nClient, body: WorkflowBody, sourceHash: string, id: string | undefined): Promise<ImportedTemplate> {
  const { id: workflowId } = id === undefined ? await client.createWorkflow(body) : await client.updateWorkflow(id, body);
  // Read again: the answer to a write and a later read may differ in defaults n8n fills in.
  return { workflowId, sourceHash, storedHash: workflowHash(await client.readWorkflow(workflowId)), published: false };
}

/** Only once per import: a workflow the user has switched off since stays off. */
async function publishOnce(client: N8nClient, body: WorkflowBody, imported: ImportedTemplate): Promise<ImportedTemplate> {
  if (imported.published || !needsPublishing(body)) return imported;
  await client.publishWorkflow(imported.workflowId);
  return { ...imported, published: true };
}
