import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

/** A number as it was written, or as an expression finds it, which may be digits in a text. @throws {NodeOperationError} that names the field, for anything else */
export function writtenNumber(context: Pick<IExecuteFunctions, 'getNode'>, value: unknown, label: string, itemIndex?: number): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && !Number.isNaN(number)) return number;
  throw new NodeOperationError(context.getNode(), `"${label}" ${saidOf(value)}, and no number.`, { itemIndex, description: 'Look what its expression finds.' });
}

/** What a field is, in a sentence that names it. */
export function saidOf(value: unknown): string {
  const isNothing = value === undefined || value === null || value === '' || Number.isNaN(value);
  return isNothing ? 'is nothing' : `is ${(JSON.stringify(value) ?? typeof value).slice(0, 40)}`;
}
