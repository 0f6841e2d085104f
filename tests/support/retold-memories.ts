import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Retold {
  change: string;
  first: string;
  second: string;
}

/** Pairs of texts as they are remembered one after the other: the same again in another look, the same in other words, and facts that only look alike. */
export const retold = JSON.parse(readFileSync(join(__dirname, '../fixtures/retold-memories.json'), 'utf8')) as Record<'same' | 'fuller' | 'reworded' | 'apart', Retold[]>;
