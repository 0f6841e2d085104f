import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeId, systemClock } from '../../../kernel';
import { type Embedder, type MemoryStore, openSqliteMemory } from '../../../memory';
import { soughtText } from '../../../memory/sought-text';
import { openSqlite } from '../../../storage';
import { ngramVector } from '../../support/ngram-vectors';

const ROOT = join(__dirname, '../../..');
const PART_CHARACTERS = 1_200;
const FOUND = 10;
const RESAMPLES = 2_000;

/** A stand-in that knows pieces of words and nothing of meaning: what a bad embedding model does to the order. */
export const NGRAMS: Embedder = { model: 'n-grams', local: true, embed: async (texts) => await Promise.resolve(texts.map((text) => ngramVector(text, 512))) };

export const WAYS = ['words', 'meaning', 'both'] as const;
export type Way = (typeof WAYS)[number];

/** One text that is looked for, and which of the texts it is looked for in are right. */
interface Ask {
  text: string;
  isRight(place: Place): boolean;
}

interface Place {
  text: string;
  file?: string;
  heading?: string;
}

export interface Collection {
  name: string;
  places: Array<Place & { source?: string }>;
  /** Chosen by: the even ones. Reported: the odd ones, which nothing was chosen by. */
  asks: Ask[];
}

export interface Quality {
  /** Share of what is asked whose answer is first, or among the first five. */
  first: number;
  amongFive: number;
  /** Mean of 1/place, 0 beyond the tenth (MRR@10). */
  reciprocalPlace: number;
  /** 1/place of each, in order. */
  each: number[];
}

/** This project's documents, a part for each heading (longer ones cut between paragraphs), each known by its document's title, as n8n's loaders would give them. */
export function ourDocuments(): Collection {
  const questions = JSON.parse(readFileSync(join(ROOT, 'tests/fixtures/memory-questions.json'), 'utf8')) as Array<{ question: string; answers: Array<{ file: string; heading?: string }> }>;
  const inFolder = (folder: string) => readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.md')).map((name) => `${folder}/${name}`);
  const files = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'workflows/README.md', ...inFolder('docs'), ...inFolder('docs/decisions')];
  const asks = questions.map(({ question, answers }): Ask => ({ text: question, isRight: ({ file, heading }) => answers.some((answer) => answer.file === file && (answer.heading === undefined || answer.heading === heading)) }));
  return { name: 'our documents', places: files.flatMap(partsOf), asks };
}

/** Sentences and what means the same in other words. */
export function paraphrases(): Collection {
  const pairs = JSON.parse(readFileSync(join(ROOT, 'tests/fixtures/paraphrases.json'), 'utf8')) as Array<[string, string]>;
  return { name: 'paraphrases', places: pairs.map(([, text]) => ({ text })), asks: pairs.map(([text, same]) => ({ text, isRight: (place) => place.text === same })) };
}

/** How often what is asked finds what answers it, for each way of looking. @param store an empty one */
export async function retrievalQuality({ places, asks }: Collection, embedder: Embedder, store = openSqliteMemory({ database: openSqlite(':memory:'), clock: systemClock })): Promise<Record<Way, Quality>> {
  const byId = await filled(store, places, embedder);
  const vectors = await embedder.embed(asks.map(({ text }) => text), 'query', new AbortController().signal);
  const placesBy = async (way: Way) => await Promise.all(asks.map(async ({ text, isRight }, index) => {
    const hits = await store.search({ text: way === 'meaning' ? '' : text, ...(way !== 'words' && { vector: { model: embedder.model, values: vectors[index]! } }), filter: {}, limit: FOUND });
    const place = hits.findIndex(({ item }) => isRight(byId.get(item.id)!));
    return place < 0 ? 0 : 1 / (place + 1);
  }));
  return { words: qualityOf(await placesBy('words')), meaning: qualityOf(await placesBy('meaning')), both: qualityOf(await placesBy('both')) };
}

async function filled(store: MemoryStore, places: Collection['places'], embedder: Embedder): Promise<Map<string, Place>> {
  const facts = places.map(({ text, source }) => ({ text, provenance: { source } }));
  const vectors = await embedder.embed(facts.map(soughtText), 'document', new AbortController().signal);
  const ids = places.map(() => makeId());
  await store.put(facts.map((fact, index) => ({
    item: { ...fact, id: ids[index]!, kind: 'fact', scope: { level: 'team' }, privacy: 'internal', createdAtMs: 0, expiresAtMs: null, outcomes: { passed: 0, failed: 0 } },
    vector: { model: embedder.model, values: vectors[index]! },
    bands: [],
  })));
  return new Map(places.map((place, index) => [ids[index]!, place]));
}

/** @param each 1/place of the first right answer; 0: none */
function qualityOf(each: number[]): Quality {
  const share = (least: number) => each.filter((value) => value >= least).length / each.length;
  return { first: share(1), amongFive: share(1 / 5), reciprocalPlace: mean(each), each };
}

/** Of every second one that was asked. */
export function halfOf(quality: Record<Way, Quality>, half: 'even' | 'odd'): Record<Way, Quality> {
  const halved = ({ each }: Quality) => qualityOf(each.filter((_, index) => index % 2 === (half === 'even' ? 0 : 1)));
  return { words: halved(quality.words), meaning: halved(quality.meaning), both: halved(quality.both) };
}

/** @returns the mean difference of two ways on the same asks, and between what 95 % of the paired bootstrap's differences lie */
export function differenceOf(one: Quality, other: Quality): { mean: number; from: number; to: number } {
  const differences = one.each.map((value, index) => value - other.each[index]!);
  let state = 1;
  // Park and Miller's generator: the same figures each time.
  const next = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const means = Array.from({ length: RESAMPLES }, () => mean(differences.map(() => differences[Math.floor(next() * differences.length)]!))).sort((a, b) => a - b);
  return { mean: mean(differences), from: means[Math.floor(RESAMPLES * 0.025)]!, to: means[Math.floor(RESAMPLES * 0.975)]! };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function partsOf(file: string): Collection['places'] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const source = /^# (.*)/m.exec(text)?.[1];
  return text.split(/^(?=#{1,3} )/m).flatMap((section) => cut(section).map((part) => ({ text: part, file, source, heading: /^#+ (.*)/.exec(section)?.[1] ?? '' })));
}

function cut(section: string): string[] {
  const parts: string[] = [];
  for (const paragraph of section.split(/\n{2,}|\n(?=\|)/)) {
    const last = parts.at(-1);
    if (last !== undefined && last.length + paragraph.length < PART_CHARACTERS) parts[parts.length - 1] = `${last}\n${paragraph}`;
    else parts.push(paragraph);
  }
  return parts.filter((part) => part.trim() !== '');
}
