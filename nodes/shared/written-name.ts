import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { saidOf } from './written-number';

type Context = Pick<IExecuteFunctions, 'getNode'>;
type Field = Pick<INodeProperties, 'name' | 'displayName'>;

/**
 * A name or patterns as a field gives them, without spaces around them; undefined where the field is empty. Empty is a choice; an expression that finds nothing is none:
 * without its name the asker could approve his own wish, a project's budget would not hold, and patterns would let everything through.
 *
 * @throws {NodeOperationError} that names the field, for what is no text
 */
export function writtenName(context: Context, written: unknown, label: string, itemIndex?: number): string | undefined {
  const isText = ['string', 'number', 'boolean'].includes(typeof written) && !Number.isNaN(written);
  if (isText) return String(written).trim() || undefined;
  throw new NodeOperationError(context.getNode(), `"${label}" ${saidOf(written)}, and no text.`, { itemIndex, description: 'Look what its expression finds; where it may find nothing, give it a text for that: {{ $json.name ?? \'\' }}.' });
}

/** The same of a collection, where a field the user has not added is absent. @throws {NodeOperationError} */
export function optionalName(context: Context, options: object, { name, displayName }: Field, itemIndex?: number): string | undefined {
  return name in options ? writtenName(context, options[name as keyof typeof options], displayName, itemIndex) : undefined;
}
