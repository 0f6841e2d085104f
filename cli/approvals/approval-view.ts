import { z } from 'zod';

/** What of docs/openapi.yaml's Approval the command line shows. */
export const approvalViewSchema = z.looseObject({
  id: z.string(),
  status: z.string(),
  kind: z.string(),
  title: z.string(),
  hash: z.string(),
  askedBy: z.string(),
  runId: z.string().optional(),
  expiresAtMs: z.number(),
  decision: z.looseObject({ decision: z.string(), by: z.string(), reason: z.string().optional() }).optional(),
  action: z.unknown().optional(),
});
export type ApprovalView = z.infer<typeof approvalViewSchema>;

export const approvalListSchema = z.object({ approvals: z.array(approvalViewSchema) });
