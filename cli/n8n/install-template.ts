import type { N8nClient, Workflow, WorkflowBody, WorkflowNode } from './client';
import { digest, markedDigest, withMark } from './template-mark';
import { isOurNode, prepareTemplate, TEAM_CREDENTIAL, withCredential, type CredentialReference, type Template } from './templates';

/** `kept`: somebody edited the workflow, so it was left alone. */
export type InstallOutcome = 'created' | 'updated' | 'unchanged' | 'kept';

/** The team credentials of the n8n. */
export interface Credentials {
  /** For nodes that have none, or one that is gone. */
  use?: CredentialReference;
  /** Ids that exist; undefined when n8n did not let us list them. */
  known?: ReadonlySet<string>;
}

export interface InstalledTemplate {
  outcome: InstallOutcome;
  workflow: Workflow;
}

/**
 * Brings one template into n8n without taking anything from the user: never a second copy, never over his edits.
 *
 * @param stored all workflows the n8n has
 */
export async function installTemplate(client: N8nClient, stored: readonly Workflow[], template: Template, credentials: Credentials): Promise<InstalledTemplate> {
  const found = findInstalled(stored, template);
  if (!found) return { outcome: 'created', workflow: await client.createWorkflow(withMark(template.name, prepareTemplate(template.body, credentials.use))) };
  if (!isUntouched(found, template)) return { outcome: 'kept', workflow: found };
  const body = withMark(template.name, keepingCredentials(template.body, found, credentials));
  if (isSame(body, found)) return { outcome: 'unchanged', workflow: found };
  // The list comes without pinned data, and an update replaces all of it: what the user pinned stays pinned.
  const { pinData } = await client.readWorkflow(found.id);
  return { outcome: 'updated', workflow: { ...(await client.updateWorkflow(found.id, { ...body, pinData: { ...body.pinData, ...pinData } })), id: found.id } };
}

/**
 * The workflow a template was installed as: by its name, or by its nodes' ids when it was renamed.
 * Of several the one nobody touched, so that a copy the user works on stays his.
 */
export function findInstalled(stored: readonly Workflow[], template: Template): Workflow | undefined {
  const ids = new Set(template.body.nodes.flatMap(({ id }) => id ?? []));
  const candidates = stored.filter(({ name, nodes }) => name === template.body.name || nodes.some(({ id }) => id !== undefined && ids.has(id)));
  return candidates.find((candidate) => isUntouched(candidate, template)) ?? candidates.find(({ isArchived }) => !isArchived) ?? candidates[0];
}

/** Whether the workflow is as some version of the installer left it. One without a mark may have come by "Import from file": then it must be what we ship today. */
function isUntouched(workflow: Workflow, { body }: Template): boolean {
  if (workflow.isArchived) return false;
  return digest(workflow) === (markedDigest(workflow) ?? digest(body));
}

/** The template with the credentials the user has chosen in the editor, node by node. */
function keepingCredentials(template: WorkflowBody, found: Workflow, { use, known }: Credentials): WorkflowBody {
  const chosen = new Map(found.nodes.map((node) => [node.name, node.credentials]));
  const stillThere = (id: string | null | undefined): id is string => typeof id === 'string' && (known?.has(id) ?? true);
  const nodes = template.nodes.map((node): WorkflowNode => {
    const own = chosen.get(node.name);
    const reference = own?.[TEAM_CREDENTIAL.type];
    if (!isOurNode(node)) return own ? { ...node, credentials: own } : node;
    return withCredential(node, reference && stillThere(reference.id) ? { id: reference.id, name: reference.name } : use);
  });
  return prepareTemplate({ ...template, nodes }, undefined);
}

/** An untouched one without a mark is not the same: with the mark the next version of the installer can know it. */
function isSame(body: WorkflowBody, found: Workflow): boolean {
  const credentialsOf = ({ nodes }: WorkflowBody) => JSON.stringify(nodes.map(({ name, credentials }) => [name, credentials?.[TEAM_CREDENTIAL.type]?.id ?? null]).sort());
  return digest(body) === markedDigest(found) && credentialsOf(body) === credentialsOf(found);
}
