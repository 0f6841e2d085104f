import type { Schemas } from '@qdrant/js-client-rest';
import type { MemoryHit, MemoryQuery } from '../memory-store';
import { LIST_LENGTH, fuse, heldShareOf } from '../rank-fusion';
import { soughtText } from '../sought-text';
import { sparseQueryOf } from '../sparse-words';
import { WORDS, itemOf, vectorName } from './qdrant-points';

/** As usual (Cormack, Clarke, Büttcher, SIGIR 2009), counted from 0 as Qdrant does. The order is ours in the end. */
const FUSION_CONSTANT = 61;

type Ask = (body: Schemas['QueryRequestBatch']) => Promise<Schemas['QueryResponse'][]>;
type Search = Schemas['QueryRequest'] & Schemas['Prefetch'];

/**
 * All points of both lists, each once, gathered by Qdrant (prefetch and RRF), and in the same request each list by itself without payload. A fused answer does not say how near
 * a point is in meaning, nor whether it shares words; and the order is that of rank-fusion.ts, as in SQLite: places alone give words that are shared by accident as much say as words that tell.
 */
export async function searchQdrant({ text, vector, limit }: MemoryQuery, filter: Schemas['Filter'], ask: Ask): Promise<MemoryHit[]> {
  const words = sparseQueryOf(text);
  const length = Math.max(limit, LIST_LENGTH);
  const nearest: Search[] = vector ? [{ query: [...vector.values], using: vectorName(vector.model), filter, limit: length }] : [];
  const sharing: Search[] = words.indices.length > 0 ? [{ query: words, using: WORDS, filter, limit: length }] : [];
  const prefetch = [...nearest, ...sharing];
  if (prefetch.length === 0) return [];
  const fused: Schemas['QueryRequest'] = { prefetch, query: { rrf: { k: FUSION_CONSTANT } }, limit: length * prefetch.length, with_payload: true };
  const [gathered, ...each] = await ask({ searches: [fused, ...prefetch.map((search) => ({ ...search, with_payload: false }))] });
  // Something may have been put or removed between the searches of one request.
  const items = new Map(gathered!.points.map((point) => [point.id, itemOf(point)]));
  const ranked = (answer: Schemas['QueryResponse']) => answer.points.filter(({ id }) => items.has(id)).map(({ id, score }) => ({ entry: id, score }));
  const [byMeaning, byWords] = [vector ? ranked(each[0]!) : [], sharing.length > 0 ? ranked(each.at(-1)!) : []];
  const heldShare = byWords[0] ? heldShareOf(text, soughtText(items.get(byWords[0].entry)!)) : 0;
  const [similarities, hasWords] = [new Map(byMeaning.map(({ entry, score }) => [entry, score])), new Set(byWords.map(({ entry }) => entry))];
  return fuse({ byWords, byMeaning, heldShare }).slice(0, limit).map(({ entry, score }): MemoryHit => ({ item: items.get(entry)!, score, similarity: similarities.get(entry) ?? null, lexical: hasWords.has(entry) }));
}
