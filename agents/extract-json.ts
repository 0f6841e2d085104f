import { jsonValuesIn, type JsonValue } from '../kernel';

export type Extracted = { found: true; values: JsonValue[] } | { found: false; problem: string };

/** The objects and lists in a model's answer, in their order: an example may stand before the answer proper, so the caller takes the first that fits. */
export function extractJson(answer: string): Extracted {
  const read = jsonValuesIn(answer);
  const values = read.filter((candidate) => candidate.found).map(({ value }) => value).filter((value) => typeof value === 'object' && value !== null);
  if (values.length > 0) return { found: true, values };
  return { found: false, problem: read.find((candidate) => !candidate.found)?.problem ?? 'The answer holds no JSON object.' };
}
