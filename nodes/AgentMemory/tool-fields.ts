import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { fields, operationField } from './fields';

/** What an agent may do; the rest is not in its hands, whatever a workflow says. */
export const TOOL_OPERATIONS = ['remember', 'recall', 'assemble'];

/** What the model reads of the tool, as n8n tells it: "… in Agent Memory". */
const TOLD: Record<string, string> = {
  assemble: 'Get what the team knows about a question as one short block of quotations',
  recall: 'Find what the team knows about a question: facts, documents, what earlier work came to',
  remember: 'Keep something that other conversations and workflows should know later',
};

/** What only the model can know; as n8n writes it when somebody clicks "Let the model define this parameter". */
const FROM_THE_MODEL: Record<string, string> = {
  query: fromModel('Query', 'what to look for: a question or some telling words'),
  text: fromModel('Text', 'what to remember, in full sentences that are understood without this conversation'),
};

function fromModel(name: string, description: string): string {
  return `={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${name}', \`${description}\`, 'string') }}`;
}

const onlyAs = (tool: boolean, field: INodeProperties): INodeProperties => ({ ...field, displayOptions: { ...field.displayOptions, show: { ...field.displayOptions?.show, '@tool': [tool] } } });

/** n8n tells a model what an operation does only where the operation belongs to a resource. */
const RESOURCE = 'memory';
const toolOperationFields: INodeProperties[] = [
  { displayName: 'Resource', name: 'resource', type: 'hidden', noDataExpression: true, default: RESOURCE, description: 'What the operations are about' },
  {
    ...operationField,
    displayOptions: { show: { resource: [RESOURCE] } },
    options: (operationField.options as INodePropertyOptions[]).flatMap((option) => (TOOL_OPERATIONS.includes(option.value as string) ? [{ ...option, action: TOLD[option.value as string]! }] : [])),
  },
];

const fromModelFields: INodeProperties[] = fields.flatMap((field) => (FROM_THE_MODEL[field.name] === undefined ? [] : [{ ...field, default: FROM_THE_MODEL[field.name] }]));
const hasOtherAsTool = ({ name }: INodeProperties): boolean => name === 'operation' || FROM_THE_MODEL[name] !== undefined;

/** Of the node and of the tool n8n makes of it: it shows the tool's alone, and runs it with the defaults of all. */
export const allFields: INodeProperties[] = [
  ...fields.map((field) => (hasOtherAsTool(field) ? onlyAs(false, field) : field)),
  ...[...toolOperationFields, ...fromModelFields].map((field) => onlyAs(true, field)),
];

/** Fields of the node as a tool: those of its three operations alone. */
export const toolFields: INodeProperties[] = [
  ...toolOperationFields,
  ...fields.flatMap((field) => {
    const operations = field.displayOptions?.show?.operation as string[] | undefined;
    // No sub-node can be connected to a tool.
    if (field.name === 'embeddingRunsHere' || !operations?.some((operation) => TOOL_OPERATIONS.includes(operation))) return [];
    return [{ ...field, default: FROM_THE_MODEL[field.name] ?? field.default }];
  }),
].map((field) => (hasOtherAsTool(field) || field.name === 'resource' ? onlyAs(true, field) : field));
