import { z } from 'zod';
import { InvalidInputError } from '../kernel';
import { artifactSchema } from '../runs';
import type { ConflictSide } from './agents';

const itemSchema = z.object({
  runId: z.string().optional().catch(undefined),
  taskId: z.string().optional().catch(undefined),
  attempt: z.number().int().min(1).optional().catch(undefined),
  role: z.string().optional().catch(undefined),
  summary: z.string().optional().catch(undefined),
  artifacts: z.array(artifactSchema).optional(),
  passed: z.boolean().optional().catch(undefined),
  findings: z.array(z.string()).optional().catch(undefined),
  criteria: z.array(z.object({ id: z.string(), state: z.string(), evidence: z.string() })).optional().catch(undefined),
});

/**
 * A side of a conflict from what an item carries: a result of the Specialist Agent, a verdict of the QA Agent, or any
 * `{summary, artifacts: [{path, content}]}`.
 *
 * @throws {InvalidInputError}
 */
export function conflictSide(json: unknown, position: 1 | 2): ConflictSide & { runId?: string } {
  const read = itemSchema.safeParse(json);
  if (!read.success) throw new InvalidInputError(`Item ${position} is no result: ${z.prettifyError(read.error).replaceAll('\n', ' ')}`, { hint: 'A result has {summary, artifacts: [{path, content}]}; items of the Specialist Agent and the QA Agent fit as they are.' });
  const { runId, taskId, attempt, role, summary, artifacts, passed, findings = [], criteria = [] } = read.data;
  const judged = passed === undefined ? [] : [`QA says it ${passed ? 'passed' : 'failed'}.`, ...criteria.map(({ id, state, evidence }) => `- ${id}: ${state}: ${evidence}`), ...findings.map((finding) => `- ${finding}`)];
  const who = passed === undefined ? (role ?? 'result') : 'QA';
  const label = [who, taskId && `task ${taskId}`, attempt !== undefined && `attempt ${attempt}`].filter((part) => part).join(', ');
  return { label, runId, taskId, attempt, summary: [summary, ...judged].filter((part) => part).join('\n'), files: artifacts ?? [] };
}
