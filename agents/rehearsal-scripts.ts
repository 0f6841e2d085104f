import type { JsonValue } from '../kernel';
import type { RehearsalScript } from '../router';
import { PLAN_SCHEMA_NAME } from './plan-answer';
import { goalIn } from './plan-prompt';
import { RESULT_SCHEMA_NAME } from './work-answer';
import { deliverablesIn } from './work-prompt';

const LABEL = '[rehearsal]';

/**
 * What the built-in rehearsal model answers to our own questions, by schema name: a plan of three tasks for any goal, and a file for
 * each deliverable. Verdicts have no script: filled from their schema they pass and carry the label in their evidence.
 */
export const rehearsalScripts: Record<string, RehearsalScript> = {
  [PLAN_SCHEMA_NAME]: (messages) => rehearsedPlan(goalIn(messages)),
  [RESULT_SCHEMA_NAME]: (messages) => rehearsedResult(deliverablesIn(messages)),
};

function rehearsedPlan(goal: string): JsonValue {
  const topic = goal.replace(/\s+/g, ' ').slice(0, 80);
  return {
    summary: `${LABEL} A made-up plan for: ${topic}. No model was asked.`,
    tasks: [
      rehearsedTask({ id: 't1', title: 'Collect what is needed', role: 'research', file: 'notes.md', dependsOn: [] }, topic),
      rehearsedTask({ id: 't2', title: 'Describe the data', role: 'file-ops', file: 'data.json', dependsOn: [] }, topic),
      rehearsedTask({ id: 't3', title: 'Build it', role: 'code', file: 'README.md', dependsOn: ['t1', 't2'] }, topic),
    ],
    decisions: [{ scope: 'project', text: `${LABEL} Everything here is made up to try the workflow.` }],
    estimate: { minutes: 1 },
  };
}

function rehearsedTask(task: { id: string; title: string; role: string; file: string; dependsOn: string[] }, topic: string): JsonValue {
  const kind = task.file.endsWith('.json') ? 'json' : 'file';
  return {
    id: task.id,
    title: `${LABEL} ${task.title}`,
    role: task.role,
    instructions: `${LABEL} Write ${task.file} for: ${topic}`,
    dependsOn: task.dependsOn,
    acceptance: [
      { id: 'a1', text: `${task.file} exists`, check: { kind, path: task.file, contains: null, keys: null, required: true } },
      { id: 'a2', text: 'It fits the goal', check: null },
    ],
    deliverables: [task.file],
    privacy: 'public',
    optional: false,
  };
}

function rehearsedResult(paths: readonly string[]): JsonValue {
  const delivered = paths.length > 0 ? paths : ['rehearsal.md'];
  return {
    status: 'done',
    reason: null,
    summary: `${LABEL} Wrote ${delivered.join(', ')} without a model.`,
    artifacts: delivered.map((path) => ({ path, content: rehearsedContent(path) })),
  };
}

/** Valid in the format its name promises, so that checks have something to pass. */
function rehearsedContent(path: string): string {
  const text = `${LABEL} This file was made up to try the workflow; no model was asked.`;
  if (path.endsWith('.json')) return `${JSON.stringify({ rehearsal: true, text }, null, 2)}\n`;
  if (/\.ya?ml$/.test(path)) return `rehearsal: true\ntext: ${JSON.stringify(text)}\n`;
  return `${text}\n`;
}
