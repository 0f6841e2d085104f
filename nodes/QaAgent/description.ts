import type { INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { attemptField, modelInput, modelRunsHereField, presetField, runIdField, taskIdField, teamCredential } from '../shared/fields';

export const description: INodeTypeDescription = {
  displayName: 'QA Agent',
  name: 'qaAgent',
  icon: { light: 'file:qa-agent.svg', dark: 'file:qa-agent.dark.svg' },
  group: ['transform'],
  version: 1,
  subtitle: 'Review',
  description: 'Checks delivered work against its acceptance criteria: runs the checks first, then judges, with evidence for each criterion',
  defaults: { name: 'QA Agent' },
  inputs: [NodeConnectionTypes.Main, modelInput],
  outputs: [NodeConnectionTypes.Main],
  credentials: [teamCredential],
  properties: [
    {
      displayName: 'Operation',
      name: 'operation',
      type: 'options',
      noDataExpression: true,
      default: 'review',
      options: [{ name: 'Review', value: 'review', action: 'Review delivered work', description: 'Gives a verdict on what a specialist has delivered' }],
    },
    runIdField,
    taskIdField,
    attemptField,
    presetField,
    modelRunsHereField,
  ],
};
