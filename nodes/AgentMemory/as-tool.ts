import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { TOOL_OPERATIONS } from './tool-fields';

/** What n8n adds to the type of a node that is used as a tool. */
const TOOL_SUFFIX = 'Tool';
/** n8n reads `$fromAI` in any of these spellings. */
const FROM_A_MODEL = /\$from_?ai/i;
/** Decide who sees a memory: the author's, in a tool as anywhere. */
const AUTHORS_FIELDS = ['operation', 'scope', 'scopeOf', 'alsoTeam', 'upTo', 'privacy', 'filter', 'options'];

/** No sub-node can be connected to a tool, and asking for one is an error. */
export function isTool(context: IExecuteFunctions): boolean {
  return context.getNode().type.endsWith(TOOL_SUFFIX);
}

/** A model may remember and recall, in the scope its author gave it, whatever the workflow's JSON says. */
export function assertToolMay(context: IExecuteFunctions, itemIndex: number): void {
  if (!isTool(context)) return;
  const { parameters } = context.getNode();
  if (!TOOL_OPERATIONS.includes(context.getNodeParameter('operation', itemIndex) as string)) {
    throw new NodeOperationError(context.getNode(), 'A model can remember, recall and assemble; forgetting and handing off are for the workflow.', { itemIndex, description: 'Put the node into the workflow itself for that.' });
  }
  const open = AUTHORS_FIELDS.filter((name) => FROM_A_MODEL.test(JSON.stringify(parameters[name] ?? '')));
  if (open.length > 0) throw new NodeOperationError(context.getNode(), `A model must not choose whose memory it uses: "${open.join('", "')}" is filled in by it.`, { itemIndex, description: 'Set it yourself, or by an expression without $fromAI.' });
}
