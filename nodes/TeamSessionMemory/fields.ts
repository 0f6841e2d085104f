import type { INodeProperties } from 'n8n-workflow';
import { privacyField } from '../shared/fields';

export const fields: INodeProperties[] = [
  {
    displayName: 'Session ID',
    name: 'sessionId',
    type: 'string',
    default: "={{ $json.sessionId ?? '' }}",
    placeholder: '{{ $json.sessionId }}',
    description: 'Which conversation it is. A Chat Trigger gives one in each item; for other triggers use what tells conversations apart, for instance a phone number.',
  },
  { displayName: 'Turns', name: 'maxTurns', type: 'number', typeOptions: { minValue: 1, maxValue: 100 }, default: 10, description: 'How many of the newest turns the model sees. A turn is a question with all tool calls and the answer; it is never cut.' },
  { displayName: 'Tokens', name: 'maxTokens', type: 'number', typeOptions: { minValue: 50, maxValue: 200_000 }, default: 4_000, description: 'How long these turns may be together at most, as estimated. Older ones are summarised.' },
  {
    displayName: 'Older Turns',
    name: 'summary',
    type: 'options',
    noDataExpression: true,
    default: 'extract',
    description: 'What becomes of turns that do not fit any more',
    options: [
      { name: 'Keep Their Beginnings', value: 'extract', description: 'The first words of what was asked and answered; costs nothing' },
      { name: 'Summarise by a Model', value: 'model', description: 'The router chooses one; when none answers their beginnings are kept' },
    ],
  },
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add Option',
    default: {},
    options: [
      { displayName: 'Keep for (Days)', name: 'keepForDays', type: 'number', typeOptions: { minValue: 0.001 }, default: 30, description: 'After its last message a conversation is kept for this long' },
      { ...privacyField, description: 'Which models may summarise it; what is found in the text can only raise this' },
      { displayName: 'User', name: 'user', type: 'string', default: '', description: 'The person it is with; erasing this user with Agent Memory erases the conversation' },
    ],
  },
];
