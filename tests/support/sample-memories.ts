import { makeId } from '../../kernel';
import type { MemoryItem, NewMemory } from '../../memory';
import { bandsOf } from '../../memory/near-duplicates';
import { ngramVector } from './ngram-vectors';

export const SAMPLE_MODEL = 'sample-embed';

/** A memory as `remember` would hand it to the store. @param model null: without a vector */
export function sampleMemory(text: string, { model = SAMPLE_MODEL, ...more }: Partial<MemoryItem> & { model?: string | null } = {}): NewMemory {
  const item: MemoryItem = { id: makeId(), kind: 'fact', scope: { level: 'team' }, text, privacy: 'internal', provenance: {}, createdAtMs: 1_000, expiresAtMs: null, outcomes: { passed: 0, failed: 0 }, ...more };
  return { item, ...(model !== null && { vector: { model, values: ngramVector(text) } }), bands: bandsOf(item) };
}

export const sampleVector = (text: string, model = SAMPLE_MODEL) => ({ model, values: ngramVector(text) });
