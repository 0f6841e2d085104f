import { z } from 'zod';

/** The shape of a line, as loose as the hash allows: what is changed in it shows there. */
export const entrySchema = z.looseObject({
  event: z.enum(['asked', 'approved', 'rejected', 'expired', 'withdrawn', 'claimed', 'done', 'approverAdded', 'approverRemoved', 'shortened']),
  approvalId: z.string().optional(),
  by: z.string(),
  actionHash: z.string().optional(),
  facts: z.record(z.string(), z.json()),
  sequence: z.number(),
  atMs: z.number(),
  previousHash: z.string(),
  hash: z.string(),
});
