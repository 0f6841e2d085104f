import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { saidOf } from './written-number';

type Context = Pick<IExecuteFunctions, 'getNode' | 'getNodeParameter'>;

type Switch = Pick<INodeProperties, 'name' | 'displayName' | 'default'>;

/** Whether a switch is on. An expression may find the text "false", which JavaScript takes for on, or nothing, which it takes for off. @throws {NodeOperationError} that names the field, for what is neither true nor false */
export function writtenTruth(context: Context, field: Switch, itemIndex: number): boolean {
  return truthOf(context, context.getNodeParameter(field.name, itemIndex, field.default), field.displayName, itemIndex);
}

/** The same of a collection, where a switch the user has not added is absent, and off. @throws {NodeOperationError} */
export function optionalTruth(context: Pick<Context, 'getNode'>, options: object, { name, displayName }: Pick<Switch, 'name' | 'displayName'>, itemIndex: number): boolean {
  return name in options && truthOf(context, options[name as keyof typeof options], displayName, itemIndex);
}

/** @throws {NodeOperationError} that names the field, for what is neither true nor false */
export function truthOf(context: Pick<Context, 'getNode'>, written: unknown, label: string, itemIndex?: number): boolean {
  const said = typeof written === 'string' ? written.trim().toLowerCase() : written;
  if (said === true || said === 'true') return true;
  if (said === false || said === 'false') return false;
  throw new NodeOperationError(context.getNode(), `"${label}" ${saidOf(written)}, and neither true nor false.`, { itemIndex, description: 'Look what its expression finds.' });
}
