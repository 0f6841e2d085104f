import { InvalidInputError } from '../kernel';
import { PRIVACY_LABELS, type Privacy } from '../privacy';
import type { MemoryDeps } from './create-memory';
import type { RecallRequest, Recalled, Recollection } from './memory';
import type { MemoryHit } from './memory-store';
import { embedded } from './remember';

const DEFAULT_LIMIT = 8;
const MOST = 50;
const MAX_QUERY_CHARACTERS = 8_000;
/** More than wanted, so that age and outcomes can change the order. */
const LOOKED_AT_PER_WANTED = 4;
/** An item that shares no word with the query and is further away than this is not about it. Judgement: models differ. */
const LEAST_SIMILARITY = 0.3;
const HALF_LIFE_MS = 30 * 24 * 3_600_000;
/** How much age and outcomes may take from a score. Judgement. */
const WEIGHT_OF_AGE = 0.15;
const WEIGHT_OF_OUTCOMES = 0.5;

/** Finds what fits the query by words and meaning; newer items and such that helped come before equals. */
export async function recall(deps: MemoryDeps, request: RecallRequest, signal: AbortSignal): Promise<Recollection> {
  const { query, kinds, scopes, filter, upTo = 'internal', limit = DEFAULT_LIMIT } = request;
  assertUsable(query, limit);
  const text = query.slice(0, MAX_QUERY_CHARACTERS);
  const { vectors: [vector], notEmbedded: [notEmbedded] } = await embedded(deps, [{ text, privacy: upTo }], signal, 'query');
  const hits = await deps.store.search({ text, vector, filter: { ...filter, kinds, scopes, privacy: labelsUpTo(upTo) }, limit: limit * LOOKED_AT_PER_WANTED });
  const nowMs = deps.clock.nowMs();
  const items = hits.filter(isAboutIt).map((hit): Recalled => ({ item: hit.item, score: hit.score * weightOf(hit, nowMs), why: wordsFor(hit) }));
  items.sort((one, other) => other.score - one.score);
  return { items: items.slice(0, limit), ...(notEmbedded && { notEmbedded }) };
}

function assertUsable(query: string, limit: number): void {
  if (query.trim() === '') throw new InvalidInputError('There is nothing to look for: the query is empty.', { hint: 'Give a question or some words.' });
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) throw new InvalidInputError(`${limit} memories cannot be recalled.`, { hint: `Ask for 1 to ${MOST}.` });
}

function labelsUpTo(upTo: Privacy): readonly Privacy[] {
  return PRIVACY_LABELS.slice(0, PRIVACY_LABELS.indexOf(upTo) + 1);
}

function isAboutIt({ lexical, similarity }: MemoryHit): boolean {
  return lexical || (similarity ?? 0) >= LEAST_SIMILARITY;
}

/** 1 for a new item of which nothing is known. */
function weightOf({ item: { createdAtMs, outcomes } }: MemoryHit, nowMs: number): number {
  const freshness = 0.5 ** (Math.max(0, nowMs - createdAtMs) / HALF_LIFE_MS);
  // Laplace's rule of succession: one failure does not condemn.
  const success = (outcomes.passed + 1) / (outcomes.passed + outcomes.failed + 2);
  return (1 - WEIGHT_OF_AGE * (1 - freshness)) * (1 + WEIGHT_OF_OUTCOMES * (2 * success - 1));
}

function wordsFor({ lexical, similarity }: MemoryHit): string {
  const near = similarity === null ? undefined : `is near in meaning (${similarity.toFixed(2)})`;
  return [lexical ? 'shares words' : undefined, near].filter((part) => part !== undefined).join(' and ');
}
