import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { MemoryKind } from '../../memory';

const LOOK = 'Look what its expression finds.';

/** A number as it was written, or as an expression finds it, which may be digits in a text. @throws {NodeOperationError} for anything else */
export function numberIn(context: IExecuteFunctions, name: string, label: string, itemIndex: number): number {
  return asNumber(context, context.getNodeParameter(name, itemIndex), label, itemIndex);
}

/** @throws {NodeOperationError} for what is no number */
export function asNumber(context: IExecuteFunctions, value: unknown, label: string, itemIndex: number): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && !Number.isNaN(number)) return number;
  throw new NodeOperationError(context.getNode(), `"${label}" ${saidOf(value)}, and no number.`, { itemIndex, description: LOOK });
}

/** undefined: of all kinds. An expression that finds nothing is a mistake: what was meant to be narrow would be wide. @throws {NodeOperationError} */
export function kindsIn(context: IExecuteFunctions, itemIndex: number): readonly MemoryKind[] | undefined {
  const value = context.getNodeParameter('kinds', itemIndex, []) as unknown;
  const kinds = typeof value === 'string' ? value.split(',').map((kind) => kind.trim()).filter((kind) => kind !== '') : value;
  if (!Array.isArray(kinds) || (typeof value === 'string' && kinds.length === 0)) throw new NodeOperationError(context.getNode(), `"Kinds" ${saidOf(value)}, and no list of kinds.`, { itemIndex, description: LOOK });
  return kinds.length > 0 ? (kinds as MemoryKind[]) : undefined;
}

/** @throws {NodeOperationError} for what is no date */
export function momentMsOf(context: IExecuteFunctions, value: unknown, label: string, itemIndex: number): number {
  const atMs = new Date(String(value)).getTime();
  if (Number.isFinite(atMs)) return atMs;
  throw new NodeOperationError(context.getNode(), `"${label}" ${saidOf(value)}, and no date.`, { itemIndex, description: 'Give a date such as 2026-11-21, or leave the condition out.' });
}

function saidOf(value: unknown): string {
  const isNothing = value === undefined || value === null || value === '' || Number.isNaN(value);
  return isNothing ? 'is nothing' : `is ${(JSON.stringify(value) ?? typeof value).slice(0, 40)}`;
}
