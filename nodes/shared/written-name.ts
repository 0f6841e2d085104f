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

/** A name; an object has none: all of them would be called "[object Object]", and have one conversation, one folder. @param name as the message calls the field @throws {NodeOperationError} */
export function nameIn(context: Context, { name, value }: { name: string; value: unknown }, itemIndex: number): string {
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  throw new NodeOperationError(context.getNode(), `"${name}" is no text but an object: ${JSON.stringify(value).slice(0, 100)}.`, { itemIndex, description: 'Point its expression at the field that holds the name.' });
}
