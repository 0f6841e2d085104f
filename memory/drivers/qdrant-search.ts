import type { Schemas } from '@qdrant/js-client-rest';
import type { MemoryHit, MemoryQuery } from '../memory-store';
import { sparseQueryOf } from '../sparse-words';
import { WORDS, itemOf, vectorName } from './qdrant-points';

/** Places each list gives to the fusion, at least. */
const LIST_LENGTH = 50;
/** Qdrant counts places from 0, rank-fusion.ts from 1: the first place is 1/61 in both. */
const FUSION_CONSTANT = 61;

interface Asking {
  /** How many lists the best place in all of them is measured by. */
  lists: number;
  ask(body: Schemas['QueryRequestBatch']): Promise<Schemas['QueryResponse'][]>;
}

type Search = Schemas['QueryRequest'] & Schemas['Prefetch'];

/**
 * Both lists fused by Qdrant (prefetch and RRF), and in the same request each list by itself without payload: a fused answer
 * does not say how near a point is in meaning, nor whether it shares words.
 */
export async function searchQdrant({ text, vector, limit }: MemoryQuery, filter: Schemas['Filter'], { lists, ask }: Asking): Promise<MemoryHit[]> {
  const words = sparseQueryOf(text);
  const length = Math.max(limit, LIST_LENGTH);
  const nearest: Search[] = vector ? [{ query: [...vector.values], using: vectorName(vector.model), filter, limit: length }] : [];
  const sharing: Search[] = words.indices.length > 0 ? [{ query: words, using: WORDS, filter, limit: length }] : [];
  const prefetch = [...nearest, ...sharing];
  if (prefetch.length === 0) return [];
  const fused: Schemas['QueryRequest'] = { prefetch, query: { rrf: { k: FUSION_CONSTANT } }, limit, with_payload: true };
  const [best, ...each] = await ask({ searches: [fused, ...prefetch.map((search) => ({ ...search, with_payload: false }))] });
  const scores = (answer: Schemas['QueryResponse'] | undefined) => new Map(answer?.points.map(({ id, score }) => [id, score]));
  const [similarities, hasWords] = [vector ? scores(each[0]) : scores(undefined), sharing.length > 0 ? scores(each.at(-1)) : scores(undefined)];
  return best!.points.map((point): MemoryHit => ({ item: itemOf(point), score: (point.score * FUSION_CONSTANT) / lists, similarity: similarities.get(point.id) ?? null, lexical: hasWords.has(point.id) }));
}
