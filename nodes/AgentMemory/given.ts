import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

/** A number field; an expression may give it as text. @throws {NodeOperationError} nothing, and what is no number, stands for no number: a cap of nothing would be a cap of 0 */
export function numberIn(context: IExecuteFunctions, name: string, itemIndex: number): number {
  const value = context.getNodeParameter(name, itemIndex) as unknown;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new NodeOperationError(context.getNode(), `"${name}" is no number: ${JSON.stringify(value) ?? 'it is empty'}.`, { itemIndex, description: 'Write a number, or look what its expression finds.' });
}

/** A list field; an expression may give one entry by itself. */
export function listIn<Entry extends string>(context: IExecuteFunctions, name: string, itemIndex: number): Entry[] {
  const value = context.getNodeParameter(name, itemIndex, []) as Entry | Entry[] | null;
  if (value === null) throw new NodeOperationError(context.getNode(), `"${name}" is empty.`, { itemIndex, description: 'Without it all would be meant. Choose from the list, or look what its expression finds.' });
  return Array.isArray(value) ? value : [value];
}

/** A name; an object has none. */
export function nameIn(context: IExecuteFunctions, { name, value }: { name: string; value: unknown }, itemIndex: number): string {
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  throw new NodeOperationError(context.getNode(), `"${name}" is no text but an object: ${JSON.stringify(value).slice(0, 100)}.`, { itemIndex, description: 'Point its expression at the field that holds the name.' });
}
