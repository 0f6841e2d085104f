/**
 * How fast and how right the team remembers: `npm run bench:memory -- [--items 1000,10000,100000] [--dimension 768] [--json]`.
 *
 * First: what is found in this project's own documents, whether what means the same finds each other, and what outcomes do to the order; with a real embedding model
 * (tests/support/sentence-embedder.ts, a minute and a half of its work) and with n-grams, which know nothing of meaning and stand for a bad one.
 * Then the stores' sizes. Made-up vectors lie in clusters of 100 and of 1,000 (the hard case: many near neighbours), made-up texts have words as frequent as in English (Zipf).
 * Exit 1 when a limit for 100,000 items is missed; 2 when the call was wrong.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../kernel';
import { openSqliteMemory } from '../../memory';
import { openSqlite } from '../../storage';
import { sentenceEmbedder } from '../support/sentence-embedder';
import { madeUpMemories } from './memory/made-up';
import { measure, type Figures } from './memory/measure';
import { relevanceByOutcomes } from './memory/outcomes';
import { NGRAMS, type Quality, WAYS, differenceOf, halfOf, ourDocuments, paraphrases, retrievalQuality } from './memory/quality';

const USAGE = 'Usage: npm run bench:memory -- [--items 1000,10000,100000] [--dimension 768] [--json]\n';
const LIMITS = { recallAt10: 0.98, hybridP95Ms: 20, lexicalP95Ms: 10, openMs: 1_000, memoryMb: 200 };
const LIMITS_HOLD_FROM_ITEMS = 100_000;

async function main(): Promise<number> {
  const options = parsedOptions();
  if (!options) return (process.stderr.write(USAGE), 2);
  await tellQuality(options.json);
  let missed = 0;
  for (const items of options.items) {
    for (const clusterSize of [100, 1_000].filter((size) => size <= items)) {
      const figures = await inTemporaryFolder(async (folder) => {
        const open = () => {
          const database = openSqlite(join(folder, 'team.sqlite'));
          return { store: openSqliteMemory({ database, clock: systemClock }), close: () => database.close() };
        };
        return await measure(open, madeUpMemories({ items, clusterSize, dimension: options.dimension, seed: 1 }));
      });
      const faults = items >= LIMITS_HOLD_FROM_ITEMS ? faultsOf(figures) : [];
      missed += faults.length;
      process.stdout.write(options.json ? `${JSON.stringify({ items, clusterSize, ...figures, faults })}\n` : report(items, clusterSize, figures, faults));
    }
  }
  return missed > 0 ? 1 : 0;
}

async function tellQuality(json: boolean): Promise<void> {
  const real = await sentenceEmbedder();
  if (!real) process.stderr.write('The real embedding model cannot be loaded (npm install brings it): figures by n-grams alone.\n');
  for (const embedder of [...(real ? [real] : []), NGRAMS]) {
    for (const collection of [ourDocuments(), paraphrases()]) {
      const all = await retrievalQuality(collection, embedder);
      for (const half of ['even', 'odd'] as const) {
        const quality = halfOf(all, half);
        const facts = { model: embedder.model, collection: collection.name, places: collection.places.length, half: half === 'even' ? 'chosen by' : 'held out' };
        process.stdout.write(json ? `${JSON.stringify({ ...facts, ...quality })}\n` : qualityReport(facts, quality));
      }
    }
  }
  const relevance = await relevanceByOutcomes();
  const line = `what worked comes first: ${percent(relevance.firstBefore)} before outcomes were noted (mean of 1/place ${relevance.before.toFixed(2)}), ${percent(relevance.firstAfter)} after (${relevance.after.toFixed(2)})\n\n`;
  process.stdout.write(json ? `${JSON.stringify(relevance)}\n` : line);
}

function qualityReport(facts: { model: string; collection: string; places: number; half: string }, quality: Record<(typeof WAYS)[number], Quality>): string {
  const better = quality.words.reciprocalPlace > quality.meaning.reciprocalPlace ? 'words' : 'meaning';
  const { mean, from, to } = differenceOf(quality.both, quality[better]);
  return [
    `${facts.collection} (${facts.places} texts), ${quality.both.each.length} asked, ${facts.half}, by ${facts.model}`,
    ...WAYS.map((way) => `  ${way.padEnd(8)} ${percent(quality[way].first).padStart(5)} first, ${percent(quality[way].amongFive).padStart(5)} among five, MRR@10 ${quality[way].reciprocalPlace.toFixed(3)}`),
    `  both less ${better}: ${signed(mean)} (${signed(from)} to ${signed(to)})`, '',
  ].join('\n');
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
const percent = (share: number): string => `${Math.round(share * 100)} %`;

function faultsOf(figures: Figures): string[] {
  return [
    figures.recallAt10 < LIMITS.recallAt10 && `recall@10 below ${LIMITS.recallAt10}`,
    figures.hybridMs.p95 > LIMITS.hybridP95Ms && `recall slower than ${LIMITS.hybridP95Ms} ms`,
    figures.lexicalMs.p95 > LIMITS.lexicalP95Ms && `lexical slower than ${LIMITS.lexicalP95Ms} ms`,
    figures.openMs > LIMITS.openMs && `opening slower than ${LIMITS.openMs} ms`,
    figures.memoryMb > LIMITS.memoryMb && `more than ${LIMITS.memoryMb} MB`,
  ].filter((fault): fault is string => fault !== false);
}

function report(items: number, clusterSize: number, { insertsPerSecond, recallAt10, denseMs, hybridMs, lexicalMs, openMs, memoryMb }: Figures, faults: readonly string[]): string {
  const times = ({ p50, p95, cpu }: Figures['denseMs']) => `p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, CPU ${cpu.toFixed(1)} ms each`;
  return [
    `${items.toLocaleString('en')} items, clusters of ${clusterSize.toLocaleString('en')}`,
    `  inserted    ${Math.round(insertsPerSecond).toLocaleString('en')} a second`,
    `  opened      ${openMs.toFixed(0)} ms, up to the first answer; ${memoryMb.toFixed(0)} MB more than before`,
    `  recall@10   ${recallAt10.toFixed(3)} of the exact neighbours`,
    `  by meaning  ${times(denseMs)}`,
    `  by words    ${times(lexicalMs)}`,
    `  by both     ${times(hybridMs)}`,
    ...faults.map((fault) => `  MISSED: ${fault}`), '',
  ].join('\n');
}

function parsedOptions(): { items: number[]; dimension: number; json: boolean } | undefined {
  try {
    const { values } = parseArgs({ options: { items: { type: 'string', default: '1000,10000,100000' }, dimension: { type: 'string', default: '768' }, json: { type: 'boolean', default: false } } });
    const items = values.items.split(',').map(Number);
    const dimension = Number(values.dimension);
    return items.every((count) => Number.isInteger(count) && count >= 100) && Number.isInteger(dimension) && dimension >= 8 ? { items, dimension, json: values.json } : undefined;
  } catch {
    // parseArgs only fails for a call it does not know.
    return undefined;
  }
}

async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'aios-memory-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main().then((code) => process.exit(code));
