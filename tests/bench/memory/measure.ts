import type { MemoryHit, MemoryQuery, MemoryStore } from '../../../memory';
import type { MadeUp } from './made-up';

export interface Figures {
  insertsPerSecond: number;
  /** Share of the ten exact neighbours that were among the ten found. */
  recallAt10: number;
  denseMs: Times;
  lexicalMs: Times;
  hybridMs: Times;
  /** From opening to the first answer. */
  openMs: number;
  /** Resident memory, opened and searched, less before. */
  memoryMb: number;
}

interface Times {
  p50: number;
  p95: number;
  /** CPU time of the process, on the average: on a machine with other work the waiting is not in it. */
  cpu: number;
}

const QUERIES = 200;
const EXACT_QUERIES = 50;
const BATCH = 500;

export async function measure(open: () => { store: MemoryStore; close(): void }, madeUp: MadeUp, queries = QUERIES): Promise<Figures> {
  const insertsPerSecond = await fill(open, madeUp);
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const startedAtMs = performance.now();
  const { store, close } = open();
  await ask(store, madeUp, 0, 'both');
  const openMs = performance.now() - startedAtMs;
  const denseMs = await times(store, madeUp, 'meaning', queries);
  const lexicalMs = await times(store, madeUp, 'words', queries);
  const hybridMs = await times(store, madeUp, 'both', queries);
  globalThis.gc?.();
  const memoryMb = (process.memoryUsage.rss() - before) / 2 ** 20;
  const recallAt10 = await recall(store, madeUp);
  close();
  return { insertsPerSecond, recallAt10, denseMs, lexicalMs, hybridMs, openMs, memoryMb };
}

async function fill(open: () => { store: MemoryStore; close(): void }, madeUp: MadeUp): Promise<number> {
  const { store, close } = open();
  let tookMs = 0;
  let batch = [];
  let given = 0;
  for (const memory of madeUp.memories()) {
    batch.push(memory);
    given++;
    if (batch.length < BATCH && given < madeUp.items) continue;
    const startedAtMs = performance.now();
    await store.put(batch);
    tookMs += performance.now() - startedAtMs;
    batch = [];
  }
  close();
  return (madeUp.items / tookMs) * 1_000;
}

async function times(store: MemoryStore, madeUp: MadeUp, by: 'meaning' | 'words' | 'both', queries: number): Promise<Times> {
  const tookMs: number[] = [];
  const cpuBefore = process.cpuUsage();
  for (let number = 0; number < queries; number++) {
    const query = queryOf(madeUp, number, by);
    const startedAtMs = performance.now();
    await store.search(query);
    tookMs.push(performance.now() - startedAtMs);
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  tookMs.sort((one, other) => one - other);
  return { cpu: (user + system) / 1_000 / queries, p50: tookMs[Math.floor(queries * 0.5)]!, p95: tookMs[Math.floor(queries * 0.95)]! };
}

async function ask(store: MemoryStore, madeUp: MadeUp, number: number, by: 'meaning' | 'words' | 'both'): Promise<MemoryHit[]> {
  return await store.search(queryOf(madeUp, number, by));
}

function queryOf(madeUp: MadeUp, number: number, by: 'meaning' | 'words' | 'both'): MemoryQuery {
  const { text, vector } = madeUp.query(number);
  return { text: by === 'meaning' ? '' : text, ...(by !== 'words' && { vector }), filter: {}, limit: 10 };
}

async function recall(store: MemoryStore, madeUp: MadeUp): Promise<number> {
  const queries = Array.from({ length: EXACT_QUERIES }, (_, number) => madeUp.query(number).vector.values);
  const best = queries.map(() => [] as Array<{ id: string; score: number }>);
  for (let number = 0; number < madeUp.items; number++) {
    const vector = madeUp.vectorOf(number);
    for (const [index, query] of queries.entries()) keepBest(best[index]!, { id: `m${number}`, score: product(query, vector) });
  }
  let found = 0;
  for (const [number, exact] of best.entries()) {
    const hits = await ask(store, madeUp, number, 'meaning');
    const ids = new Set(hits.map(({ item }) => item.id));
    found += exact.filter(({ id }) => ids.has(id)).length;
  }
  return found / (EXACT_QUERIES * 10);
}

function keepBest(best: Array<{ id: string; score: number }>, candidate: { id: string; score: number }): void {
  if (best.length === 10 && candidate.score <= best[9]!.score) return;
  best.push(candidate);
  best.sort((one, other) => other.score - one.score);
  best.length = Math.min(best.length, 10);
}

function product(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += one[index]! * other[index]!;
  return sum;
}
