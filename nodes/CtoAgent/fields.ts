import type { INodeProperties } from 'n8n-workflow';
import { goalField, memoryStaysHereField, memoryTokensField, modelRunsHereField, onlyFor, presetField, privacyField, runIdField } from '../shared/fields';
import { projectField } from '../shared/router-option-fields';

const operationField: INodeProperties = {
  displayName: 'Operation',
  name: 'operation',
  type: 'options',
  noDataExpression: true,
  default: 'plan',
  options: [
    { name: 'Arbitrate', value: 'arbitrate', action: 'Settle a conflict', description: 'Decides between two results that do not go together: one of them, a merge, or rework' },
    { name: 'Chat', value: 'chat', action: 'Talk about a goal', description: 'Talks about a goal, asks back while it is unclear, and says when it is ready. Starts no work.' },
    { name: 'Plan', value: 'plan', action: 'Plan a goal', description: 'Turns a goal into tasks with order, roles and acceptance criteria, and starts a run' },
    { name: 'Report', value: 'report', action: 'Report on a run', description: 'Sums up what the team has done, ends the run and hands out its files' },
  ],
};

const messageField: INodeProperties = {
  displayName: 'Message',
  name: 'message',
  type: 'string',
  typeOptions: { rows: 4 },
  default: "={{ $json.chatInput ?? $json.message ?? $json.goal ?? '' }}",
  placeholder: 'e.g. We need something for our spring sale',
  description: 'What the person says. Taken from the item: its chat message, else its message, else its goal. Connect a memory with the same session key, so that the CTO knows what was said before.',
};

const maxRoundsField: INodeProperties = {
  displayName: 'Rounds of Questions',
  name: 'maxRounds',
  type: 'number',
  typeOptions: { minValue: 0, maxValue: 10 },
  default: 3,
  description: 'How many times the CTO may ask back about a goal, 0 to 10; then it decides what is open and says what it assumed. Without a memory every message is the first.',
};

const arbitratedGoalField: INodeProperties = {
  displayName: 'Goal',
  name: 'arbitratedGoal',
  type: 'string',
  typeOptions: { rows: 2 },
  default: '',
  placeholder: 'e.g. A to-do app that works offline',
  description: 'What both results are for. Results of a run know its goal: leave it empty then.',
};

export const askAboveField: INodeProperties = {
  displayName: 'Ask a Person Before Work Begins When the Plan Costs More Than (USD)',
  name: 'askAboveUsd',
  type: 'number',
  typeOptions: { minValue: -1, numberPrecision: 4 },
  default: 0,
  description: 'A plan above this, or at an unknown price, waits until a person approves, edits or rejects it. Local models cost nothing, so 0 asks about plans for cloud models alone; -1 asks about every plan.',
};

export const askedByField: INodeProperties = {
  displayName: 'Asked For By',
  name: 'askedBy',
  type: 'string',
  default: '',
  placeholder: 'e.g. {{ $json.user }}',
  description: 'Name of the person who wants the goal done, when it is also the name of an approver: nobody approves a plan of his own',
};

export const budgetField: INodeProperties = {
  displayName: 'Budget (USD)',
  name: 'budgetUsd',
  type: 'number',
  typeOptions: { minValue: 0, numberPrecision: 4 },
  default: 1,
  description: 'What all model calls of the run may cost together. A call expected to pass it is not made; 0 allows only models that cost nothing. A goal from the Team API Trigger keeps the budget given there.',
};

export const maxTasksField: INodeProperties = {
  displayName: 'Maximum Tasks',
  name: 'maxTasks',
  type: 'number',
  typeOptions: { minValue: 1, maxValue: 30 },
  default: 30,
  description: 'How many tasks the plan may have, 1 to 30',
};

export const runTimeLimitField: INodeProperties = {
  displayName: 'Time Limit (Minutes)',
  name: 'timeLimitMinutes',
  type: 'number',
  typeOptions: { minValue: 1 },
  default: 60,
  description: 'No model is asked any more when the run is older than this. A goal from the Team API Trigger keeps the time given there.',
};

const planOptions: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add Option',
  default: {},
  displayOptions: { show: { operation: ['plan'] } },
  options: [
    askAboveField,
    askedByField,
    budgetField,
    maxTasksField,
    { ...projectField, description: 'What the run belongs to: a budget of the models file for this project holds, and all runs of a project can be paused or stopped together. A goal from the Team API Trigger keeps the project given there.' },
    runTimeLimitField,
  ],
};

export const fields: INodeProperties[] = [
  operationField,
  onlyFor(goalField, 'plan'),
  onlyFor(messageField, 'chat'),
  onlyFor(arbitratedGoalField, 'arbitrate'),
  onlyFor(privacyField, 'plan', 'chat', 'arbitrate'),
  presetField,
  modelRunsHereField,
  onlyFor(memoryTokensField, 'plan'),
  onlyFor(maxRoundsField, 'chat'),
  onlyFor(memoryStaysHereField, 'chat'),
  onlyFor(runIdField, 'plan', 'report'),
  planOptions,
];
