import { z } from 'zod';
import { refusalOf, safePath } from '../workspace';
import type { OutputSchema } from '../router';
import { artifactSchema, type Artifact } from '../runs';
import { outputSchema } from './output-schema';

export const RESULT_SCHEMA_NAME = 'aios_result';

const resultOfferSchema = z.object({
  status: z.enum(['done', 'blocked']).describe('blocked only when the task cannot be done at all'),
  reason: z.string().nullable().describe('why blocked, else null'),
  summary: z.string().describe('what was done, one to three sentences, for those who go on from here'),
  artifacts: z.array(z.object({ path: z.string().describe('relative path'), content: z.string().describe('the whole file') })).min(1),
});

let resultSchema: OutputSchema | undefined;

/** Made once: every work asks for it, and writing it anew took half a millisecond. */
export function resultOutputSchema(): OutputSchema {
  resultSchema ??= outputSchema(RESULT_SCHEMA_NAME, resultOfferSchema);
  return resultSchema;
}

/** One spelling per file, so that checks find it. A path nobody may have stays as it is, for QA to refuse it with the reason. */
function withPlainPath(artifact: Artifact): Artifact {
  return refusalOf(artifact.path) === undefined ? { ...artifact, path: safePath(artifact.path) } : artifact;
}

/** A blocked answer may come without files; one that is done may not. */
export const workAnswerSchema = z
  .object({
    status: z.enum(['done', 'blocked']),
    reason: z.string().nullish(),
    summary: z.string(),
    artifacts: z.array(artifactSchema.transform(withPlainPath)).nullish().transform((artifacts) => artifacts ?? []),
  })
  .refine((answer) => answer.status === 'blocked' || answer.artifacts.length > 0, { path: ['artifacts'], message: 'deliver at least one file, with its whole content' })
  .refine((answer) => new Set(answer.artifacts.map((artifact) => artifact.path)).size === answer.artifacts.length, { path: ['artifacts'], message: 'each path may occur once' });
export type WorkAnswer = z.infer<typeof workAnswerSchema>;
