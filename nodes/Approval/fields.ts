import type { INodeProperties } from 'n8n-workflow';
import { onlyFor } from '../shared/fields';

export type Operation = 'sendAndWait' | 'list';

/** The value n8n knows: such a node also becomes the gate before an AI Agent's tools. */
const ASK = 'sendAndWait';

export const fields: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    default: ASK,
    options: [
      { name: 'Ask', value: ASK, action: 'Ask a person to approve', description: 'Waits until an approver has said yes or no to exactly this' },
      { name: 'List', value: 'list', action: 'List what waits for a person', description: 'Gives one item for each approval, for instance to tell somebody by mail or chat' },
    ],
  },
  {
    displayName: 'An approver decides with a token of his own, made by <code>aios approver add NAME</code>: over HTTP, by <code>aios approvals decide</code>, or on the page of the approval. No link, item or model can decide.',
    name: 'notice',
    type: 'notice',
    default: '',
    displayOptions: { show: { operation: [ASK] } },
  },
  onlyFor({ displayName: 'Message', name: 'message', type: 'string', typeOptions: { rows: 2 }, default: 'May this be done?', description: 'The question, as the approver reads it' }, ASK),
  onlyFor({
    displayName: 'What Is to Be Done',
    name: 'action',
    type: 'json',
    default: '={{ JSON.stringify($json) }}',
    description: 'The exact thing the yes is bound to. Go on with "action" of the output, not with what came in: it is what was approved. Before an agent\'s tool it is the call itself.',
  }, ASK),
  onlyFor({ displayName: 'Asked For By', name: 'askedBy', type: 'string', default: '', placeholder: 'e.g. {{ $json.user }}', description: 'Name of the person who wants it done, when it is also the name of an approver: nobody approves a wish of his own' }, ASK),
  onlyFor({ displayName: 'Wait at Most (Hours)', name: 'waitHours', type: 'number', typeOptions: { minValue: 1, maxValue: 336 }, default: 168, description: 'When nobody has decided by then, the answer is no' }, ASK),
  onlyFor({
    displayName: 'Status',
    name: 'status',
    type: 'options',
    noDataExpression: true,
    default: 'open',
    description: 'Which approvals to list, the newest 200',
    options: [
      { name: 'All', value: 'all', description: 'Decided ones as well' },
      { name: 'Open', value: 'open', description: 'Those that wait for a person' },
    ],
  }, 'list'),
];
