import { join } from 'node:path';
import { systemClock } from '../../kernel';
import { openSqliteMemory } from '../../memory';
import { openSqlite } from '../../storage';
import { madeUpMemories } from '../bench/memory/made-up';
import { measure } from '../bench/memory/measure';
import { relevanceByOutcomes } from '../bench/memory/outcomes';
import { NGRAMS, ourDocuments, paraphrases, retrievalQuality } from '../bench/memory/quality';
import { sentenceEmbedder } from '../support/sentence-embedder';
import { temporaryFolder } from '../support/temporary-folder';

describe('what npm run bench:memory measures, in small', () => {
  it('finds the nearest ten of two thousand, in clusters of five hundred', async () => {
    const file = join(temporaryFolder(), 'team.sqlite');
    const open = () => {
      const database = openSqlite(file);
      return { store: openSqliteMemory({ database, clock: systemClock }), close: () => database.close() };
    };
    const { recallAt10, insertsPerSecond } = await measure(open, madeUpMemories({ items: 2_000, clusterSize: 500, dimension: 64, seed: 1 }), 10);
    expect(recallAt10).toBeGreaterThanOrEqual(0.98);
    expect(insertsPerSecond).toBeGreaterThan(10);
  }, 60_000);

  it('finds by words what answers a question about our own documents, mostly among five', async () => {
    const { words, both } = await retrievalQuality(ourDocuments(), NGRAMS);
    expect(words.amongFive).toBeGreaterThanOrEqual(0.5);
    expect(both.amongFive).toBeGreaterThanOrEqual(0.45);
  }, 30_000);

  it('finds what means the same in other words, with a model that knows meaning', async () => {
    const { words, meaning, both } = await retrievalQuality(paraphrases(), (await sentenceEmbedder())!);
    expect(words.first).toBeLessThan(0.1);
    expect(meaning.first).toBeGreaterThanOrEqual(0.75);
    expect(both.amongFive).toBeGreaterThanOrEqual(0.95);
    expect(both.first).toBeGreaterThanOrEqual(0.7);
  }, 60_000);

  it('puts first what worked, once outcomes are noted', async () => {
    const { firstBefore, firstAfter } = await relevanceByOutcomes();
    expect(firstBefore).toBeLessThan(0.5);
    expect(firstAfter).toBeGreaterThanOrEqual(0.9);
  });
});
