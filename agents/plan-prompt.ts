import type { ChatMessage } from '../router';
import { describeChecks } from './checks/describe-checks';
import type { OfferedCheck } from './plan-answer';
import { CTO_ROLE, introduction, systemRole, workerRoles, type RoleCatalog } from './roles';

export function planMessages({ goal, maxTasks, roles, checks }: { goal: string; maxTasks: number; roles: RoleCatalog; checks: readonly OfferedCheck[] }): ChatMessage[] {
  return [
    { role: 'system', text: [introduction(systemRole(roles, CTO_ROLE)), RULES, describeChecks(checks), `The roles you may give tasks to:\n${roleLines(roles)}`].join('\n\n') },
    { role: 'user', text: `Make the plan for this goal, with at most ${maxTasks} task${maxTasks === 1 ? '' : 's'}:${GOAL_FOLLOWS}${goal}` },
  ];
}

const GOAL_FOLLOWS = '\n\n';

/** The goal that such messages ask a plan for; the rehearsal model plans by it. */
export function goalIn(messages: readonly ChatMessage[]): string {
  const question = messages.find((message) => message.role === 'user')?.text ?? '';
  const at = question.indexOf(GOAL_FOLLOWS);
  return at < 0 ? question : question.slice(at + GOAL_FOLLOWS.length);
}

const RULES = `Rules for the plan:
- As few tasks as the goal needs; a small goal is one task. Tasks that do not need each other have no dependency, so they run at the same time.
- Every task delivers text files with relative paths such as "src/app.py". No two tasks deliver the same file, unless one depends on the other.
- Instructions are complete: the worker knows the goal, its instructions and the files of the tasks it depends on, nothing else.
- Acceptance criteria say what can be seen in the delivered files. Add a check where one proves it; otherwise check is null.
- privacy is "internal" unless the task handles something more sensitive ("secret") or only public material ("public").
- optional is true only when the goal is reached without the task.
- decisions: choices everybody must follow (language, file names, formats); an empty list when there are none.
Answer with one JSON object and nothing else.`;

function roleLines(roles: RoleCatalog): string {
  return workerRoles(roles).map((role) => `- ${role.name}: ${role.description}`).join('\n');
}
