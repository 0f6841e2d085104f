import type { ZodType } from 'zod';
import { InvalidInputError } from '../kernel';
import { PRIVACY_LABELS } from '../privacy';
import { MemoryTooLongError } from './errors';
import type { ConsolidateRequest, Remembrance } from './memory';
import { MAX_ITEM_CHARACTERS, MEMORY_KINDS, MOST_KEPT_MS, provenanceSchema, scopeSchema } from './memory-item';
import type { MemoryFilter } from './memory-store';

const LEAST_KEPT_MS = 1_000;
/** Something a reader can see: spaces, controls and fillers are nothing. */
const SEEN = /[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** What is to be remembered, with its names in one spelling. @throws {InvalidInputError | MemoryTooLongError} */
export function checkedRemembrance({ text, kind, scope, privacy, provenance = {}, keptMs }: Remembrance): Remembrance & Required<Pick<Remembrance, 'provenance'>> {
  if (typeof text !== 'string' || !SEEN.test(text)) throw new InvalidInputError('There is nothing to remember: the text is empty.', { hint: 'Write something into "Text", connect a node that gives a text, or leave the item out.' });
  if (text.length > MAX_ITEM_CHARACTERS) throw new MemoryTooLongError(text.length, MAX_ITEM_CHARACTERS);
  if (keptMs !== undefined && !(keptMs >= LEAST_KEPT_MS && keptMs <= MOST_KEPT_MS)) throw new InvalidInputError(`A memory cannot be kept for ${keptMs} ms.`, { hint: `Keep it for ${LEAST_KEPT_MS} ms to a hundred years, or leave the time out.` });
  oneOf('kind', MEMORY_KINDS, kind);
  if (privacy !== undefined) oneOf('label', PRIVACY_LABELS, privacy);
  return { text, kind, scope: parsed(scopeSchema, 'scope', scope), privacy, provenance: parsed(provenanceSchema, 'provenance', provenance), keptMs: keptMs === undefined ? undefined : Math.round(keptMs) };
}

const TIMES = ['createdBeforeMs', 'createdAfterMs'] as const;
const NAMES = ['user', 'runId', 'project', 'role', 'source'] as const;

/** Names as they were stored; a time that is none would let everything through in one store and nothing in the other. @throws {InvalidInputError} */
export function checkedFilter<Filter extends MemoryFilter>(filter: Filter): Filter {
  for (const kind of filter.kinds ?? []) oneOf('kind', MEMORY_KINDS, kind);
  for (const label of filter.privacy ?? []) oneOf('label', PRIVACY_LABELS, label);
  for (const name of TIMES) if (filter[name] !== undefined && !Number.isFinite(filter[name])) throw new InvalidInputError(`"${name}" is no time.`, { hint: 'Give a date such as 2026-11-21, or leave the condition out.' });
  const names = parsed(provenanceSchema, 'filter', Object.fromEntries(NAMES.flatMap((name) => (filter[name] === undefined ? [] : [[name, filter[name]]]))));
  const scopes = filter.scopes?.map((scope) => parsed(scopeSchema, 'scope', scope));
  return { ...filter, ...names, ...(scopes && { scopes }) };
}

/** @throws {InvalidInputError} caps of 0 or less would forget everything, without anybody having seen the count */
export function checkedCaps(caps: Required<ConsolidateRequest>): Required<ConsolidateRequest> {
  for (const [name, cap] of Object.entries(caps)) if (!(Number.isInteger(cap) && cap >= 1)) throw new InvalidInputError(`The memory cannot be kept at ${cap} items ("${name}"). Nothing was changed.`, { hint: 'Give a whole number from 1. To empty a scope use "Forget", which shows the count first.' });
  return caps;
}

export function oneOf(what: string, allowed: readonly string[], given: string): void {
  if (!allowed.includes(given)) throw new InvalidInputError(`The ${what} "${String(given).slice(0, 40)}" is none.`, { hint: `Choose one of ${allowed.join(', ')}.` });
}

function parsed<T>(schema: ZodType<T>, what: string, value: unknown): T {
  const answer = schema.safeParse(value);
  if (answer.success) return answer.data;
  const faults = answer.error.issues.map(({ path, message }) => `${[what, ...path].join('.')}: ${message}`);
  throw new InvalidInputError(`This cannot be a memory: ${faults.join('; ')}.`, { hint: 'A scope is the team, or a user, role or project with its name; names are one line of at most 200 characters.' });
}
