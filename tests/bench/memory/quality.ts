import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeId, systemClock } from '../../../kernel';
import { type MemoryQuery, type NewMemory, openSqliteMemory } from '../../../memory';
import { openSqlite } from '../../../storage';
import { ngramVector } from '../../support/ngram-vectors';

const ROOT = join(__dirname, '../../..');
const MODEL = 'n-grams';
const DIMENSION = 512;
const PART_CHARACTERS = 1_200;

interface Question {
  question: string;
  file: string;
  /** Unset: any part of the file answers. */
  heading?: string;
}

export interface Quality {
  /** Share of questions whose evidence is first, or among the first five. */
  first: number;
  amongFive: number;
  /** Mean of 1/place, 0 beyond the tenth (MRR@10). */
  reciprocalPlace: number;
}

/** How often a question about this project's own documents finds the part that answers it. */
export async function retrievalQuality(by: 'words' | 'n-grams' | 'both'): Promise<Quality & { questions: number; parts: number }> {
  const questions = JSON.parse(readFileSync(join(ROOT, 'tests/fixtures/memory-questions.json'), 'utf8')) as Question[];
  const store = openSqliteMemory({ database: openSqlite(':memory:'), clock: systemClock });
  const parts = [...new Set(questions.map(({ file }) => file))].flatMap(partsOf);
  await store.put(parts);
  const places = await Promise.all(questions.map(async ({ question, file, heading }) => {
    const hits = await store.search({ ...queryOf(question, by), filter: {}, limit: 10 });
    const place = hits.findIndex(({ item: { provenance } }) => provenance.source === file && (heading === undefined || provenance.project === heading));
    return place < 0 ? Infinity : place + 1;
  }));
  const share = (isGood: (place: number) => boolean) => places.filter(isGood).length / places.length;
  return { questions: questions.length, parts: parts.length, first: share((place) => place === 1), amongFive: share((place) => place <= 5), reciprocalPlace: places.reduce((sum, place) => sum + 1 / place, 0) / places.length };
}

function queryOf(question: string, by: 'words' | 'n-grams' | 'both'): Pick<MemoryQuery, 'text' | 'vector'> {
  return { text: by === 'n-grams' ? '' : question, ...(by !== 'words' && { vector: { model: MODEL, values: ngramVector(question, DIMENSION) } }) };
}

/** One part for each heading, longer ones cut between paragraphs; the heading stands before each. */
function partsOf(file: string): NewMemory[] {
  const sections = readFileSync(join(ROOT, file), 'utf8').split(/^(?=#{1,3} )/m);
  return sections.flatMap((section) => {
    const heading = /^#+ (.*)/.exec(section)?.[1] ?? '';
    return cut(section).map((text): NewMemory => ({
      item: { id: makeId(), kind: 'fact', scope: { level: 'team' }, text, privacy: 'internal', provenance: { source: file, project: heading }, createdAtMs: 0, expiresAtMs: null, outcomes: { passed: 0, failed: 0 } },
      vector: { model: MODEL, values: ngramVector(text, DIMENSION) },
      bands: [],
    }));
  });
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
