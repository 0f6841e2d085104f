import { z } from 'zod';
import type { CapRules } from '../caps/cap-rules';

const count = z.number('must be a whole number').int('must be a whole number').min(1, 'is below 1').optional();

export const limitSchema = z
  .object({
    /** Calls at once. */
    concurrency: count,
    requestsPerMinute: count,
    tokensPerMinute: count,
  });

/** What all processes of a team may ask together, by provider or model. */
export const limitsSchema = z
  .record(z.string(), limitSchema)
  .superRefine((limits, context) => {
    for (const [name, limit] of Object.entries(limits)) {
      if (Object.values(limit).every((value) => value === undefined)) context.addIssue({ code: 'custom', path: [name], message: 'limits nothing: it needs concurrency, requests_per_minute or tokens_per_minute' });
    }
  })
  .default({});

/** As they stand in the file. */
export function limitsForFile(limits: CapRules): object {
  const entries = Object.entries(limits).map(([name, { concurrency, requestsPerMinute, tokensPerMinute }]) => [name, { ...(concurrency && { concurrency }), ...(requestsPerMinute && { requests_per_minute: requestsPerMinute }), ...(tokensPerMinute && { tokens_per_minute: tokensPerMinute }) }]);
  return Object.fromEntries(entries) as object;
}
