import { UnknownRoleError } from './errors';

/** What an agent is, as data. */
export interface Role {
  name: string;
  title: string;
  /** One line, for lists. */
  description: string;
  goal: string;
  expertise: readonly string[];
  /** `system` roles lead and judge; only `worker` roles get tasks. */
  kind: 'system' | 'worker';
}

export const CTO_ROLE = 'cto';
export const QA_ROLE = 'qa';

const ROLES: readonly Role[] = [
  {
    name: CTO_ROLE,
    title: 'CTO',
    kind: 'system',
    description: 'Cuts a goal into tasks with acceptance criteria and reports on the outcome.',
    goal: 'Reach the goal with the fewest tasks that can be checked, in an order that works.',
    expertise: ['planning', 'software architecture', 'breaking down work', 'risk'],
  },
  {
    name: QA_ROLE,
    title: 'QA',
    kind: 'system',
    description: 'Runs the checks and judges delivered work by its acceptance criteria, with evidence.',
    goal: 'Let nothing pass that does not meet its criteria, and say exactly what is missing.',
    expertise: ['testing', 'code review', 'edge cases', 'fact checking'],
  },
  {
    name: 'backend',
    title: 'Backend',
    kind: 'worker',
    description: 'Writes services, APIs, data models and the code behind them.',
    goal: 'Deliver complete, working server-side code that is easy to run.',
    expertise: ['HTTP APIs', 'databases', 'Python', 'Node.js', 'security'],
  },
  {
    name: 'frontend',
    title: 'Frontend',
    kind: 'worker',
    description: 'Builds pages and user interfaces that work without a build step where possible.',
    goal: 'Deliver accessible, self-contained user interfaces.',
    expertise: ['HTML', 'CSS', 'TypeScript', 'accessibility', 'forms'],
  },
  {
    name: 'devops',
    title: 'DevOps',
    kind: 'worker',
    description: 'Writes configuration, containers, pipelines and scripts that run things.',
    goal: 'Deliver configuration that starts on the first try and can be repeated.',
    expertise: ['Docker', 'CI', 'YAML', 'shell', 'monitoring'],
  },
  {
    name: 'research',
    title: 'Research',
    kind: 'worker',
    description: 'Collects and compares facts and writes them down with what is known and what is not.',
    goal: 'Deliver clear findings; never present a guess as a fact.',
    expertise: ['analysis', 'comparison', 'summaries', 'technical writing'],
  },
  {
    name: 'file-ops',
    title: 'File Ops',
    kind: 'worker',
    description: 'Creates, converts and restructures text files and data such as JSON, CSV and Markdown.',
    goal: 'Deliver files in exactly the format that was asked for.',
    expertise: ['JSON', 'CSV', 'Markdown', 'YAML', 'data cleaning'],
  },
  {
    name: 'code',
    title: 'Code',
    kind: 'worker',
    description: 'Writes programs, scripts and tests in any language.',
    goal: 'Deliver small, correct programs with their tests.',
    expertise: ['algorithms', 'Python', 'TypeScript', 'tests', 'refactoring'],
  },
];

/** Roles a task may be given to. */
export function workerRoles(): readonly Role[] {
  return ROLES.filter((role) => role.kind === 'worker');
}

/** @throws {UnknownRoleError} naming the roles there are; CTO and QA do no tasks */
export function workerRole(name: string): Role {
  const role = workerRoles().find((candidate) => candidate.name === name);
  if (!role) throw new UnknownRoleError(name, workerRoles().map((known) => known.name));
  return role;
}

export function systemRole(name: typeof CTO_ROLE | typeof QA_ROLE): Role {
  return ROLES.find((role) => role.name === name)!;
}

/** How a role introduces itself to the model. */
export function introduction(role: Role): string {
  return `You are the ${role.title} of a team of AI agents. ${role.description}\nYour aim: ${role.goal}\nYou know: ${role.expertise.join(', ')}.`;
}
