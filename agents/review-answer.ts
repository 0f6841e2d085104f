import { z } from 'zod';
import type { OutputSchema } from '../router';
import type { Criterion } from '../runs';
import { outputSchema } from './output-schema';
import { acceptedBy, type Accepted } from './structured-answer';

export const VERDICT_SCHEMA_NAME = 'aios_verdict';

const judgementSchema = z.object({ state: z.enum(['pass', 'fail']), evidence: z.string().describe('what in which file shows it') });
type Judgement = z.infer<typeof judgementSchema>;

export interface ReviewAnswer {
  judgements: Map<string, Judgement>;
  findings: string[];
}

/** Criteria are keys, not list entries: constrained decoding then cannot leave one out. */
export function verdictOutputSchema(criteria: readonly Criterion[]): OutputSchema {
  const judgements = Object.fromEntries(criteria.map((criterion) => [criterion.id, judgementSchema]));
  return outputSchema(VERDICT_SCHEMA_NAME, z.object({ criteria: z.object(judgements), findings: z.array(z.string()).describe('what to mend, exact enough to do it; empty when all passed') }));
}

const keyedSchema = z.record(z.string(), judgementSchema);
/** The verdict contract's own form; models that know it use it. `notRun` is no judgement a model may give. */
const listedSchema = z.array(judgementSchema.extend({ id: z.string() })).transform((list) => Object.fromEntries(list.map(({ id, ...judgement }) => [id, judgement])));
const answerSchema = z.object({ criteria: z.union([listedSchema, keyedSchema]), findings: z.array(z.string()).catch([]) });

export function acceptedReview(value: unknown, criteria: readonly Criterion[]): Accepted<ReviewAnswer> {
  const answer = acceptedBy(answerSchema, value);
  if (!answer.ok) return answer;
  const missing = criteria.filter((criterion) => !Object.hasOwn(answer.value.criteria, criterion.id)).map((criterion) => criterion.id);
  if (missing.length > 0) return { ok: false, problem: `These criteria were not judged: ${missing.join(', ')}.` };
  const judgements = new Map(criteria.map((criterion) => [criterion.id, answer.value.criteria[criterion.id]!]));
  return { ok: true, value: { judgements, findings: answer.value.findings } };
}
