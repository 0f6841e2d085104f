import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packageRoot } from '../package-root';
import type { WorkflowBody, WorkflowNode } from './client';

export const TEAM_CREDENTIAL = { name: 'AIOS Team', type: 'aiosTeamApi' } as const;

/** Types of our nodes, all of which take the team credential, begin with this. */
const OUR_NODES = 'n8n-nodes-aios.';

export interface Template {
  /** File name without ".json". */
  name: string;
  body: WorkflowBody;
}

export interface CredentialReference {
  id: string;
  name: string;
}

export const isOurNode = ({ type }: WorkflowNode): boolean => type.startsWith(OUR_NODES);

/** Of the clone; in the published package of the copies the build made. */
export function readTemplates(root = packageRoot()): Template[] {
  const directory = [join(root, 'workflows'), join(root, 'dist', 'workflows')].find(existsSync)!;
  const files = readdirSync(directory).filter((file) => file.endsWith('.json')).sort();
  return files.map((file) => ({ name: basename(file, '.json'), body: JSON.parse(readFileSync(join(directory, file), 'utf8')) as WorkflowBody }));
}

/**
 * What n8n's API takes of a template, with the team credential in our nodes.
 *
 * @param credential undefined leaves the nodes without one; n8n refuses to run a node whose credential has no id
 */
export function prepareTemplate(template: WorkflowBody, credential: CredentialReference | undefined): WorkflowBody {
  const { name, connections, settings } = template;
  return { name, nodes: template.nodes.map((node) => (isOurNode(node) ? withCredential(node, credential) : node)), connections, settings, pinData: template.pinData ?? {} };
}

export function withCredential(node: WorkflowNode, credential: CredentialReference | undefined): WorkflowNode {
  return credential ? { ...node, credentials: { ...node.credentials, [TEAM_CREDENTIAL.type]: { id: credential.id, name: credential.name } } } : node;
}

/**
 * Whether the template is of no use until it is published. A chat that is not public lives in the editor and works there unpublished;
 * what can also be started by hand waits for a person to want it on a schedule.
 */
export function needsPublishing({ nodes }: WorkflowBody): boolean {
  const startsByHand = nodes.some(({ type }) => type === 'n8n-nodes-base.manualTrigger');
  return nodes.some(({ type, disabled, parameters }) => {
    if (disabled) return false;
    if (type === '@n8n/n8n-nodes-langchain.chatTrigger') return parameters?.public === true;
    if (type === 'n8n-nodes-base.scheduleTrigger') return !startsByHand;
    return type === 'n8n-nodes-base.webhook' || type === 'n8n-nodes-aios.teamApiTrigger';
  });
}
