import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { Privacy } from '../../privacy';
import { privacyField } from './fields';
import { saidOf } from './written-number';

type Context = Pick<IExecuteFunctions, 'getNode'>;
type Field = Pick<INodeProperties, 'displayName' | 'options'>;

/**
 * One of a field's choices, by its value or its name, in any case. An expression may find anything, and what is none of the choices must not pass for one:
 * "Secret" for "secret" would leave the machine.
 *
 * @throws {NodeOperationError} that names the field and its choices
 */
export function writtenChoice(context: Context, written: unknown, { displayName, options }: Field, itemIndex?: number): string {
  const choices = options as INodePropertyOptions[];
  const said = typeof written === 'string' ? written.trim().toLowerCase() : undefined;
  const choice = choices.find(({ name, value }) => said === String(value).toLowerCase() || said === name.toLowerCase());
  if (choice) return String(choice.value);
  throw new NodeOperationError(context.getNode(), `"${displayName}" ${saidOf(written)}, and none of its choices.`, { itemIndex, description: `Choose ${choices.map(({ value }) => String(value)).join(', ')}; look what its expression finds.` });
}

/** @param label the field's name where it is not "Privacy" @throws {NodeOperationError} for what is no label */
export function writtenPrivacy(context: Context, written: unknown, itemIndex?: number, label = privacyField.displayName): Privacy {
  return writtenChoice(context, written, { ...privacyField, displayName: label }, itemIndex) as Privacy;
}
