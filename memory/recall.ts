import { InvalidInputError } from '../kernel';
import { PRIVACY_LABELS, redactSecrets, redactText, type Privacy } from '../privacy';
import { checkedFilter, oneOf } from './checked';
import type { MemoryDeps } from './create-memory';
import type { RecallRequest, Recalled, Recollection } from './memory';
import { MemoryDownError } from './errors';
import type { MemoryHit, MemoryQuery } from './memory-store';
import { embedded } from './embedding';
import { countRecalls } from './recall-tallies';
import { weightOf } from './worth';

const DEFAULT_LIMIT = 8;
const MOST = 50;
const MAX_QUERY_CHARACTERS = 8_000;
/** More than wanted, so that age and outcomes can change the order. */
const LOOKED_AT_PER_WANTED = 4;
/**
 * An item that shares no word with the query and is further away than this is not about it. Models differ: Universal Sentence Encoder lite had no right answer below it that would have
 * come among ten, and one of 75 below 0.3; of others (nomic's cosines are all above 0.4) it cuts nothing.
 */
const LEAST_SIMILARITY = 0.25;

/** Finds what fits the query by words and meaning; newer items and such that helped come before equals. */
export async function recall(deps: MemoryDeps, request: RecallRequest, signal: AbortSignal): Promise<Recollection> {
  const { query, kinds, scopes, filter, upTo = 'internal', limit = DEFAULT_LIMIT } = request;
  assertUsable(query, limit);
  oneOf('label', PRIVACY_LABELS, upTo);
  const conditions = checkedFilter({ ...filter, kinds, scopes, privacy: labelsUpTo(upTo) });
  const text = askedAbout(query, upTo);
  const [{ vector, notEmbedded } = {}] = await embedded(deps, [{ text, privacy: upTo }], signal, 'query');
  const found = await searched(deps, { text, vector, filter: conditions, limit: limit * LOOKED_AT_PER_WANTED }, signal);
  if (typeof found === 'string') return { items: [], wentWithout: found };
  const nowMs = deps.clock.nowMs();
  const items = found.filter(isAboutIt).map((hit): Recalled => ({ item: hit.item, score: hit.score * weightOf(hit.item, nowMs), why: wordsFor(hit) }));
  items.sort((one, other) => other.score - one.score);
  const hits = items.length > 0 ? 1 : 0;
  await countRecalls(deps, request.askedBy === 'agent' ? { byAgents: 1, byAgentsFound: hits } : { byOthers: 1, byOthersFound: hits });
  return { items: items.slice(0, limit), ...(notEmbedded && { notEmbedded }) };
}

/** Work goes on without a memory whose server is down. @returns why, then */
async function searched({ store, log }: MemoryDeps, query: MemoryQuery, signal: AbortSignal): Promise<MemoryHit[] | string> {
  try {
    return await store.search(query, signal);
  } catch (error) {
    if (!(error instanceof MemoryDownError)) throw error;
    log.warn('Nothing was recalled: the memory is down.', { cause: error.message });
    return error.message;
  }
}

function assertUsable(query: string, limit: number): void {
  if (query.trim() === '') throw new InvalidInputError('There is nothing to look for: the query is empty.', { hint: 'Give a question or some words.' });
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) throw new InvalidInputError(`${limit} memories cannot be recalled.`, { hint: `Ask for 1 to ${MOST}.` });
}

/** Who may not be given secrets finds none by them either; and the query may go to a model or a store elsewhere. */
function askedAbout(query: string, upTo: Privacy): string {
  const text = upTo === 'secret' ? query : redactSecrets(redactText(query.slice(0, 2 * MAX_QUERY_CHARACTERS)));
  return text.slice(0, MAX_QUERY_CHARACTERS);
}

function labelsUpTo(upTo: Privacy): readonly Privacy[] {
  return PRIVACY_LABELS.slice(0, PRIVACY_LABELS.indexOf(upTo) + 1);
}

function isAboutIt({ lexical, similarity }: MemoryHit): boolean {
  return lexical || (similarity ?? 0) >= LEAST_SIMILARITY;
}

function wordsFor({ lexical, similarity }: MemoryHit): string {
  const near = similarity === null ? undefined : `is near in meaning (${similarity.toFixed(2)})`;
  return [lexical ? 'shares words' : undefined, near].filter((part) => part !== undefined).join(' and ');
}
