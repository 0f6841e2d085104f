import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { MemoryKind } from '../../memory';
import { saidOf, writtenNumber } from '../shared/written-number';

/** The parameter of that name. @throws {NodeOperationError} for what is no number */
export function numberIn(context: IExecuteFunctions, name: string, label: string, itemIndex: number): number {
  return writtenNumber(context, context.getNodeParameter(name, itemIndex), label, itemIndex);
}

/** undefined: of all kinds. An expression that finds nothing is a mistake: what was meant to be narrow would be wide. @throws {NodeOperationError} */
export function kindsIn(context: IExecuteFunctions, itemIndex: number): readonly MemoryKind[] | undefined {
  const value = context.getNodeParameter('kinds', itemIndex, []) as unknown;
  const kinds = typeof value === 'string' ? value.split(',').map((kind) => kind.trim()).filter((kind) => kind !== '') : value;
  if (!Array.isArray(kinds) || (typeof value === 'string' && kinds.length === 0)) throw new NodeOperationError(context.getNode(), `"Kinds" ${saidOf(value)}, and no list of kinds.`, { itemIndex, description: 'Look what its expression finds.' });
  return kinds.length > 0 ? (kinds as MemoryKind[]) : undefined;
}

/** @throws {NodeOperationError} for what is no date */
export function momentMsOf(context: IExecuteFunctions, value: unknown, label: string, itemIndex: number): number {
  const atMs = new Date(String(value)).getTime();
  if (Number.isFinite(atMs)) return atMs;
  throw new NodeOperationError(context.getNode(), `"${label}" ${saidOf(value)}, and no date.`, { itemIndex, description: 'Give a date such as 2026-11-21, or leave the condition out.' });
}
