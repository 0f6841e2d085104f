import type { INodeProperties } from 'n8n-workflow';
import { goalField, memoryTokensField, modelRunsHereField, onlyFor, presetField, privacyField, runIdField } from '../shared/fields';
import { projectField } from '../shared/router-option-fields';

const operationField: INodeProperties = {
  displayName: 'Operation',
  name: 'operation',
  type: 'options',
  noDataExpression: true,
  default: 'plan',
  options: [
    { name: 'Plan', value: 'plan', action: 'Plan a goal', description: 'Turns a goal into tasks with order, roles and acceptance criteria, and starts a run' },
    { name: 'Report', value: 'report', action: 'Report on a run', description: 'Sums up what the team has done, ends the run and hands out its files' },
  ],
};

const planOptions: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add Option',
  default: {},
  displayOptions: { show: { operation: ['plan'] } },
  options: [
    {
      displayName: 'Ask a Person Before Work Begins When the Plan Costs More Than (USD)',
      name: 'askAboveUsd',
      type: 'number',
      typeOptions: { minValue: -1, numberPrecision: 4 },
      default: 0,
      description: 'A plan above this, or at an unknown price, waits until a person approves, edits or rejects it. Local models cost nothing, so 0 asks about plans for cloud models alone; -1 asks about every plan.',
    },
    {
      displayName: 'Asked For By',
      name: 'askedBy',
      type: 'string',
      default: '',
      placeholder: 'e.g. {{ $json.user }}',
      description: 'Name of the person who wants the goal done, when it is also the name of an approver: nobody approves a plan of his own',
    },
    {
      displayName: 'Budget (USD)',
      name: 'budgetUsd',
      type: 'number',
      typeOptions: { minValue: 0, numberPrecision: 4 },
      default: 1,
      description: 'What all model calls of the run may cost together. A call expected to pass it is not made; 0 allows only models that cost nothing. A goal from the Team API Trigger keeps the budget given there.',
    },
    {
      displayName: 'Maximum Tasks',
      name: 'maxTasks',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 30 },
      default: 30,
      description: 'How many tasks the plan may have, 1 to 30',
    },
    { ...projectField, description: 'What the run belongs to: a budget of the models file for this project holds, and all runs of a project can be paused or stopped together. A goal from the Team API Trigger keeps the project given there.' },
    {
      displayName: 'Time Limit (Minutes)',
      name: 'timeLimitMinutes',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: 60,
      description: 'No model is asked any more when the run is older than this. A goal from the Team API Trigger keeps the time given there.',
    },
  ],
};

export const fields: INodeProperties[] = [
  operationField,
  onlyFor(goalField, 'plan'),
  onlyFor(privacyField, 'plan'),
  presetField,
  modelRunsHereField,
  onlyFor(memoryTokensField, 'plan'),
  runIdField,
  planOptions,
];
