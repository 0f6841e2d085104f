import { makeId, silentLogger, systemClock } from '../../../kernel';
import { createMemory, openSqliteMemory } from '../../../memory';
import { openSqlite } from '../../../storage';
import { ngramVector } from '../../support/ngram-vectors';

export interface Relevance {
  /** Mean of 1/place of the method that works. */
  before: number;
  after: number;
  /** Share of topics for which it came first. */
  firstBefore: number;
  firstAfter: number;
}

const TOPICS = ['payments', 'invoices', 'mail delivery', 'search index', 'image upload', 'login page', 'night backup', 'report export', 'price list', 'calendar sync', 'address import', 'chat widget'];
/** Ways that were taken, worded alike, so that words and meaning alone cannot tell which works. */
const WAYS = ['a queue with retries', 'a direct call with retries', 'a nightly batch with retries', 'a webhook with retries', 'a shared file with retries'];
const TASKS_PER_WAY = 4;

/** Teams tried five ways for each topic; one of them passes QA. Does a recall put it first once outcomes are noted? */
export async function relevanceByOutcomes(): Promise<Relevance> {
  const memory = createMemory({
    store: openSqliteMemory({ database: openSqlite(':memory:'), clock: systemClock }), clock: systemClock, makeId, log: silentLogger, estimateTokens: (text) => Math.ceil(text.length / 4),
    embedder: async () => await Promise.resolve({ model: 'n-grams', local: true, embed: async (texts) => await Promise.resolve(texts.map((text) => ngramVector(text))) }),
  });
  const { signal } = new AbortController();
  const ids = new Map<string, string>();
  for (const topic of TOPICS) {
    const remembered = await memory.remember(WAYS.map((way) => ({ text: `The ${topic} was built with ${way}.`, kind: 'trace', scope: { level: 'team' } })), signal);
    remembered.forEach(({ id }, way) => ids.set(`${topic} ${way}`, id));
  }
  const places = async () => await Promise.all(TOPICS.map(async (topic, number) => {
    const { items } = await memory.recall({ query: `How should the ${topic} be built?`, limit: 10 }, signal);
    return items.findIndex(({ item }) => item.id === ids.get(`${topic} ${number % WAYS.length}`)) + 1;
  }));
  const before = await places();
  for (const [number, topic] of TOPICS.entries()) {
    for (const way of WAYS.keys()) for (let task = 0; task < TASKS_PER_WAY; task++) await memory.noteOutcome([ids.get(`${topic} ${way}`)!], way === number % WAYS.length ? 'passed' : 'failed');
  }
  const after = await places();
  const mean = (list: number[]) => list.reduce((sum, place) => sum + (place > 0 ? 1 / place : 0), 0) / list.length;
  const first = (list: number[]) => list.filter((place) => place === 1).length / list.length;
  return { before: mean(before), after: mean(after), firstBefore: first(before), firstAfter: first(after) };
}
