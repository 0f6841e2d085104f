import type { INodeTypeDescription, IWebhookDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { HttpRequest } from '../../team';
import { privacyField, teamCredential } from '../shared/fields';

export const description: INodeTypeDescription = {
  displayName: 'Team API Trigger',
  name: 'teamApiTrigger',
  icon: { light: 'file:team-api-trigger.svg', dark: 'file:team-api-trigger.dark.svg' },
  group: ['trigger'],
  version: 1,
  subtitle: 'HTTP Interface of the Team',
  description: 'Lets programs give the team goals over HTTP, watch the run and fetch its files. Starts the workflow once for each new goal.',
  defaults: { name: 'Team API Trigger' },
  eventTriggerDescription: 'Waiting for a goal: POST it to /webhook-test/aios/tasks',
  activationMessage: 'Goals are now taken at POST /webhook/aios/tasks.',
  inputs: [],
  outputs: [NodeConnectionTypes.Main],
  credentials: [teamCredential],
  // Their names are the routes of team/team.ts. The paths are fixed, so only one workflow of an n8n can serve them.
  webhooks: [webhook('createTask', 'POST', 'aios/tasks'), webhook('readTask', 'GET', 'aios/tasks'), webhook('artifact', 'GET', 'aios/artifacts'), webhook('events', 'GET', 'aios/events')],
  properties: [
    {
      displayName:
        'Every request needs the header <code>Authorization: Bearer …</code> with the HTTP token of the team: a field of the credential, or AIOS_API_TOKEN. Without a token the interface stays closed.',
      name: 'notice',
      type: 'notice',
      default: '',
    },
    { ...privacyField, displayName: 'Lowest Privacy', name: 'minPrivacy', description: 'How well every goal is protected at least. A request can ask for more, never for less.' },
    {
      displayName: 'Limit the Budget',
      name: 'hasBudget',
      type: 'boolean',
      noDataExpression: true,
      default: false,
      description: 'Whether a run may cost only so much. A request can ask for less, never for more.',
    },
    {
      displayName: 'Highest Budget (USD)',
      name: 'maxBudgetUsd',
      type: 'number',
      typeOptions: { minValue: 0, numberPrecision: 4 },
      default: 1,
      description: 'What all model calls of one run may cost together. 0 allows only models that cost nothing.',
      displayOptions: { show: { hasBudget: [true] } },
    },
  ],
};

function webhook(route: HttpRequest['route'], httpMethod: 'GET' | 'POST', path: string): IWebhookDescription {
  // n8n's type knows two names; its code takes any.
  return { name: route as IWebhookDescription['name'], httpMethod, responseMode: 'onReceived', path, isFullPath: true, ndvHideUrl: false };
}
