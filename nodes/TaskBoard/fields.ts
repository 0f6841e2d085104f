import type { INodeProperties } from 'n8n-workflow';
import { onlyFor, runIdField } from '../shared/fields';

export type Operation = 'handOut' | 'pause' | 'resume' | 'stop' | 'sweep';

export const scopeField: INodeProperties = {
  displayName: 'What',
  name: 'scope',
  type: 'options',
  noDataExpression: true,
  default: 'run',
  description: 'Whose work is meant',
  options: [
    { name: 'All Runs of the Team', value: 'all', description: 'Everything the team is working on' },
    { name: 'One Project', value: 'project', description: 'The runs that were started for this project' },
    { name: 'One Role', value: 'role', description: 'Calls of this role. Stop ends the runs in which it still has work.' },
    { name: 'One Run', value: 'run', description: 'The run of the item' },
  ],
};

const nameField: INodeProperties = {
  displayName: 'Name',
  name: 'name',
  type: 'string',
  default: '',
  placeholder: 'e.g. frontend',
  description: 'Name of the project or role',
  displayOptions: { show: { operation: ['pause', 'resume', 'stop'], scope: ['project', 'role'] } },
};

export const fields: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    default: 'handOut',
    options: [
      { name: 'Hand Out Tasks', value: 'handOut', action: 'Hand out ready tasks', description: 'Hands out every task whose predecessors have passed' },
      { name: 'Pause', value: 'pause', action: 'Pause runs', description: 'Holds model and tool calls until they are resumed; calls under way are cut and made again later' },
      { name: 'Resume', value: 'resume', action: 'Resume runs', description: 'Lifts a pause. A single run that was stopped leaves by Ready, to be started again.' },
      { name: 'Stop', value: 'stop', action: 'Stop runs', description: 'Ends the work within a second; finished work is kept' },
      { name: 'Sweep', value: 'sweep', action: 'Find runs to start again', description: 'Finds runs whose n8n died; those to be started again leave by Ready' },
    ],
  },
  {
    displayName: 'Works like "Loop Over Items": <b>Ready</b> → Specialist Agent → QA Agent → back to this node. When all tasks have passed, one item leaves by <b>Done</b>; when the team cannot go on alone, by <b>Needs Person</b>.',
    name: 'notice',
    type: 'notice',
    default: '',
    displayOptions: { show: { operation: ['handOut'] } },
  },
  {
    displayName: 'The template 08-sweeper calls this every 15 seconds. Runs to be started again leave by <b>Ready</b>, one item each; runs that were started again in vain by <b>Needs Person</b>.',
    name: 'sweepNotice',
    type: 'notice',
    default: '',
    displayOptions: { show: { operation: ['sweep'] } },
  },
  onlyFor(scopeField, 'pause', 'resume', 'stop'),
  nameField,
  onlyFor(runIdField, 'handOut', 'pause', 'resume', 'stop'),
];
