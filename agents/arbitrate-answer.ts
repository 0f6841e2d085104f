import { z } from 'zod';
import type { OutputSchema } from '../router';
import { artifactSchema, type Artifact } from '../runs';
import type { ConflictSide, Ruling } from './agents';
import { outputSchema } from './output-schema';
import { acceptedBy, type Accepted } from './structured-answer';

export const RULING_SCHEMA_NAME = 'aios_ruling';

const choices = (mayMerge: boolean) => z.enum(mayMerge ? ['first', 'second', 'merge', 'rework'] : ['first', 'second', 'rework']);

export function rulingOutputSchema(mayMerge: boolean): OutputSchema {
  const offer = z.object({
    choice: choices(mayMerge).describe('first, second: that result is right · rework: neither can stay as it is'),
    reason: z.string().describe('one to three sentences that name what decided it'),
    instructions: z.string().nullable().describe('for rework: what the next attempt must do; else null'),
  });
  const merged = z.object({ files: z.array(z.object({ path: z.string(), content: z.string().describe('the whole file') })).nullable().describe('for merge: every file in conflict, whole; else null') });
  return outputSchema(RULING_SCHEMA_NAME, mayMerge ? offer.extend(merged.shape) : offer);
}

export interface RulingAnswer {
  choice: Ruling['choice'];
  reason: string;
  instructions?: string;
  /** Of a merge. */
  files: Artifact[];
}

/** What else the model writes (limits, approvals, other files) is not read. */
export function acceptedRuling(value: unknown, { conflicts, mayMerge }: { conflicts: readonly string[]; mayMerge: boolean }): Accepted<RulingAnswer> {
  const answer = acceptedBy(z.object({ choice: choices(mayMerge), reason: z.string().trim().min(1).max(2_000), instructions: z.string().trim().max(4_000).nullish(), files: z.array(artifactSchema).nullish().catch(null) }), value);
  if (!answer.ok) return answer;
  const { reason, instructions, files } = answer.value;
  const choice = answer.value.choice as Ruling['choice'];
  if (choice === 'rework' && !instructions) return { ok: false, problem: 'A rework needs instructions: what must the next attempt do?' };
  const merged = choice === 'merge' ? (files ?? []).filter(({ path }) => conflicts.includes(path)) : [];
  const missing = choice === 'merge' ? conflicts.filter((path) => merged.filter((file) => file.path === path).length !== 1) : [];
  if (missing.length > 0) return { ok: false, problem: `A merge holds every file in conflict once and whole; these are missing or there twice: ${missing.join(', ')}.` };
  return { ok: true, value: { choice, reason, files: merged, ...(choice === 'rework' && { instructions: instructions! }) } };
}

/** Paths both have, with contents that differ. */
export function conflictsBetween([first, second]: readonly [ConflictSide, ConflictSide]): string[] {
  return first.files.filter(({ path, content }) => second.files.some((other) => other.path === path && other.content !== content)).map(({ path }) => path);
}

/** A side's own files are handed on as they are; of a merge, what is not in conflict comes from both. */
export function rulingOf({ choice, reason, instructions, files }: RulingAnswer, [first, second]: readonly [ConflictSide, ConflictSide], conflicts: string[]): Ruling {
  const chosen: Record<Ruling['choice'], () => Artifact[]> = {
    first: () => first.files,
    second: () => second.files,
    merge: () => [...files, ...first.files.filter(({ path }) => !conflicts.includes(path)), ...second.files.filter(({ path }) => first.files.every((other) => other.path !== path))],
    rework: () => [],
  };
  return { choice, reason, conflicts, files: chosen[choice](), ...(instructions !== undefined && { instructions }) };
}
