import type { INodeProperties } from 'n8n-workflow';
import { onlyFor } from '../shared/fields';

export type Operation = 'doctor' | 'metrics' | 'stats';
export type Split = 'none' | 'byModel' | 'byRole' | 'byWorkflow' | 'byDay' | 'experiments';

const sinceField: INodeProperties = {
  displayName: 'Since',
  name: 'since',
  type: 'string',
  default: '7d',
  placeholder: 'e.g. 24h, 4w, 2026-11-20 or all',
  description: 'From when on runs and model calls count: a time span (m, h, d or w), a date, or "all"',
};

const splitField: INodeProperties = {
  displayName: 'Split',
  name: 'split',
  type: 'options',
  noDataExpression: true,
  default: 'none',
  description: 'Whether the figures come as one item or as one for each part',
  options: [
    { name: 'None', value: 'none', description: 'One item with all figures' },
    { name: 'Per Arm of Experiments', value: 'experiments', description: 'One item for each side of a comparison between models, with what its tasks were worth' },
    { name: 'Per Day', value: 'byDay', description: 'One item for each day (UTC) with model calls' },
    { name: 'Per Model', value: 'byModel', description: 'One item for each model that was called' },
    { name: 'Per Role', value: 'byRole', description: 'One item for each role that called models' },
    { name: 'Per Workflow', value: 'byWorkflow', description: 'One item for each n8n workflow that called models' },
  ],
};

export const fields: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    default: 'doctor',
    options: [
      { name: 'Doctor', value: 'doctor', action: 'Run the doctor on models and services', description: 'Checks models, services and folders, and says what to do' },
      { name: 'Metrics', value: 'metrics', action: 'Write the metrics for prometheus', description: 'Writes all figures as text that Prometheus reads' },
      { name: 'Stats', value: 'stats', action: 'Get the stats of the team', description: 'Counts runs, tasks, model calls, tokens, cost and what local models saved' },
    ],
  },
  onlyFor(sinceField, 'stats'),
  onlyFor(splitField, 'stats'),
];
