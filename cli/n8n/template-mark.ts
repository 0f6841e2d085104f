import { contentHash } from '../../kernel';
import type { WorkflowBody, WorkflowNode } from './client';
import { isOurNode } from './templates';

/** In 16 hex digits of SHA-256. */
const MARK = /^Template [\w-]+ of n8n-nodes-aios\. The installer updates it as long as nobody edits this workflow\. Content ([0-9a-f]{16})$/;

/** What n8n may fill in by itself; a value other than these is somebody's choice. */
const DEFAULT_SETTINGS: Record<string, unknown> = { callerPolicy: 'workflowsFromSameOwner', availableInMCP: false };

/**
 * Writes into the notes of the first of our nodes which template the workflow is and what it holds. n8n's API takes no field of
 * our own, and the installer runs on another machine than n8n: so the workflow itself has to carry what tells an edited one from an untouched one.
 */
export function withMark(templateName: string, body: WorkflowBody): WorkflowBody {
  const first = body.nodes.findIndex(isOurNode);
  const notes = `Template ${templateName} of n8n-nodes-aios. The installer updates it as long as nobody edits this workflow. Content ${digest(body)}`;
  return { ...body, nodes: body.nodes.map((node, index) => (index === first ? { ...node, notes } : node)) };
}

/** The content the workflow had when it was installed, as a digest; undefined when it has no mark. */
export function markedDigest({ nodes }: WorkflowBody): string | undefined {
  return nodes.map(markOf).find((mark) => mark !== undefined);
}

/** Equal for workflows that do the same and look the same, whatever credentials, ids and mark they have. */
export function digest({ name, nodes, connections, settings }: WorkflowBody): string {
  const chosen = Object.entries(settings ?? {}).filter(([key, value]) => DEFAULT_SETTINGS[key] !== value);
  return contentHash({ name, nodes: nodes.map(contentOf), connections, settings: Object.fromEntries(chosen) }).slice(0, 16);
}

function contentOf(node: WorkflowNode): Omit<WorkflowNode, 'notes'> {
  const { id: _id, webhookId: _webhookId, credentials: _credentials, notes, ...content } = node;
  return markOf(node) === undefined && notes ? { ...content, notes } : content;
}

function markOf({ notes }: WorkflowNode): string | undefined {
  return typeof notes === 'string' ? MARK.exec(notes)?.[1] : undefined;
}
