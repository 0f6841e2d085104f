import type { IDataObject, INode } from 'n8n-workflow';
import { ExecutionBaseError, NodeOperationError } from 'n8n-workflow';
import type { ErrorFacts } from '../../kernel';

/** What an item that failed tells the nodes after it. */
export interface ItemError extends IDataObject {
  message: string;
  code: string;
  hint: string;
}

const STOPPED: ItemError = { message: 'The execution was stopped.', code: 'CANCELLED', hint: 'Start it again when you want the work to go on.' };
const FAULT_HINT = 'This is a fault of n8n-nodes-aios. Please report it with the text of this message.';

/**
 * Turns whatever was thrown into the error n8n shows on the node: our hint becomes its description.
 * Errors of the domains live in another bundle, so they are known by their `code`, never by their class.
 */
export function toNodeError(node: INode, error: unknown, itemIndex?: number): NodeOperationError {
  if (error instanceof NodeOperationError) return error;
  if (error instanceof ExecutionBaseError) return new NodeOperationError(node, error, { itemIndex });
  const { message, code, hint } = itemError(error);
  const cause = error instanceof Error ? error : message;
  const nodeError = new NodeOperationError(node, cause, { message, description: withLinks(hint), type: code, itemIndex });
  // n8n swaps a message that names a code such as ECONNREFUSED for a general sentence; ours says more.
  nodeError.message = message;
  return nodeError;
}

/** n8n shows a description as HTML; an address in it can then be clicked. */
function withLinks(hint: string): string {
  return hint.replace(/https:\/\/[^\s)"`]*[^\s)"`.,]/g, (url) => `<a href="${url}" target="_blank">${url}</a>`);
}

export function itemError(error: unknown): ItemError {
  if (isAbort(error)) return STOPPED;
  if (isAiosError(error)) return { message: error.message, code: error.code, hint: error.hint };
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NodeOperationError) return { message, code: error.type ?? 'NODE_ERROR', hint: error.description ?? '' };
  if (error instanceof ExecutionBaseError) return { message, code: 'NODE_ERROR', hint: error.description ?? '' };
  return { message, code: 'UNEXPECTED', hint: FAULT_HINT };
}

// What an AbortSignal throws when nobody gave it a reason.
function isAbort(error: unknown): boolean {
  return (error as Partial<Error> | undefined)?.name === 'AbortError';
}

function isAiosError(error: unknown): error is Error & ErrorFacts {
  if (!(error instanceof Error) || error instanceof ExecutionBaseError) return false;
  const { code, hint } = error as Partial<ErrorFacts>;
  return typeof code === 'string' && typeof hint === 'string';
}
