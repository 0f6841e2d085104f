import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { saidOf } from './written-number';

type Context = Pick<IExecuteFunctions, 'getNode' | 'getNodeParameter'>;

/** Whether a switch is on. An expression may find the text "false", which JavaScript takes for on, or nothing, which it takes for off. @throws {NodeOperationError} that names the field, for what is neither true nor false */
export function writtenTruth(context: Context, { name, displayName, default: byDefault }: Pick<INodeProperties, 'name' | 'displayName' | 'default'>, itemIndex: number): boolean {
  const written = context.getNodeParameter(name, itemIndex, byDefault) as unknown;
  const said = typeof written === 'string' ? written.trim().toLowerCase() : written;
  if (said === true || said === 'true') return true;
  if (said === false || said === 'false') return false;
  throw new NodeOperationError(context.getNode(), `"${displayName}" ${saidOf(written)}, and neither true nor false.`, { itemIndex, description: 'Look what its expression finds.' });
}
