import { z } from 'zod';
import { PRIVACY_LABELS } from '../privacy';

/** chat: what was said · scratch: notes of one piece of work, gone by themselves · trace: what a task did and how it ended · fact: what is known to be so. */
export const MEMORY_KINDS = ['chat', 'scratch', 'trace', 'fact'] as const;
export type MemoryKind = (typeof MEMORY_KINDS)[number];

/** Longest text of one item, in UTF-16 units: about 8,000 tokens, what embedding models take at most. Longer texts are split by whoever remembers them. */
export const MAX_ITEM_CHARACTERS = 32_000;
const MAX_NAME_CHARACTERS = 200;
const MAX_SOURCE_CHARACTERS = 2_000;
/** A hundred years: days come after which no calendar knows. */
export const MOST_KEPT_MS = 36_525 * 24 * 3_600_000;

/** One line in one spelling (NFC): a name is looked for as it was given, by whoever writes it the other way too. */
export const spelled = (text: string): string => text.toWellFormed().normalize('NFC').replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
const name = z.string().transform(spelled).pipe(z.string().min(1, 'is empty').max(MAX_NAME_CHARACTERS, `is longer than ${MAX_NAME_CHARACTERS} characters`));

export const scopeSchema = z.union([
  z.object({ level: z.literal('team') }),
  z.object({ level: z.enum(['user', 'role', 'project']), of: name }),
]);
/** `of`: the user, role or project; the team has only one. */
export type Scope = z.infer<typeof scopeSchema>;

/** Where an item comes from; all of it optional, none of it trusted. */
export const provenanceSchema = z.object({
  runId: name.optional(),
  taskId: name.optional(),
  role: name.optional(),
  project: name.optional(),
  /** A person it is about or from: erasing the user erases it. */
  user: name.optional(),
  workflowId: name.optional(),
  /** Title or address of the document, for citing; its first 2,000 characters. */
  source: z.string().transform((text) => spelled(text).slice(0, MAX_SOURCE_CHARACTERS).toWellFormed()).optional(),
  /** Place in the document, for instance its chunk's number. */
  part: z.number().int().min(0).optional(),
});
export type Provenance = z.infer<typeof provenanceSchema>;

/** Something the team remembers. */
export interface MemoryItem {
  /** UUID. */
  id: string;
  kind: MemoryKind;
  scope: Scope;
  text: string;
  privacy: (typeof PRIVACY_LABELS)[number];
  provenance: Provenance;
  createdAtMs: number;
  /** null: kept until it is forgotten or makes room. */
  expiresAtMs: number | null;
  /** How the tasks ended that had this item in their context. */
  outcomes: { passed: number; failed: number };
}

/** Of several, when the one that is kept longest goes; null: never. */
export const longerLife = (items: ReadonlyArray<Pick<MemoryItem, 'expiresAtMs'>>): number | null => (items.some(({ expiresAtMs }) => expiresAtMs === null) ? null : Math.max(...items.map(({ expiresAtMs }) => expiresAtMs!)));
