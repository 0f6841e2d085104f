import { z } from 'zod';
import { searchTerms } from './search-terms';

const LIST_LENGTH = 50;
const text = z.string().trim().min(1).max(4_000);
const list = z.array(text).max(LIST_LENGTH).default([]);

/** What one role gives another when it stops in the middle; enough to go on with and nothing else. */
export const handOffPackageSchema = z.object({
  task: text,
  /** What is done and what is not. */
  state: text,
  decisions: list,
  openQuestions: list,
  /** Paths. */
  files: list,
  facts: list,
});
export type HandOffPackage = z.infer<typeof handOffPackageSchema>;

const TITLES = { task: 'Task', state: 'State', decisions: 'Decisions', openQuestions: 'Open questions', files: 'Files', facts: 'Facts' } as const;

/** The package as its new holder reads it. */
export function packageText(from: string, to: string, handOff: HandOffPackage): string {
  const sections = partsOf(handOff).map(({ part, expected }) => `## ${TITLES[part]}\n${Array.isArray(handOff[part]) ? expected.map((entry) => `- ${entry}`).join('\n') : expected[0]}`);
  return [`Handed off from ${from} to ${to}.`, ...sections].join('\n\n');
}

export interface HandOffQuestion {
  id: keyof HandOffPackage;
  question: string;
  /** What an answer must say, one by one. */
  expected: string[];
}

const QUESTIONS: Record<keyof HandOffPackage, string> = {
  task: 'What is the task?',
  state: 'What is done already, and what is not?',
  decisions: 'Which decisions hold? Name all of them.',
  openQuestions: 'Which questions are open? Name all of them.',
  files: 'Which files belong to the work? Name all paths.',
  facts: 'Which facts are known? Name all of them.',
};

/** One for each part that says something; made by rule, so that the same package is always asked the same. */
export function handOffQuestions(handOff: HandOffPackage): HandOffQuestion[] {
  return partsOf(handOff).map(({ part, expected }) => ({ id: part, question: QUESTIONS[part], expected }));
}

function partsOf(handOff: HandOffPackage): Array<{ part: keyof HandOffPackage; expected: string[] }> {
  return (Object.keys(QUESTIONS) as Array<keyof HandOffPackage>).map((part) => ({ part, expected: [handOff[part]].flat() })).filter(({ expected }) => expected.length > 0);
}

/** Of the telling words of what is expected, an answer in other words still has these. Judgement. */
const LEAST_SHARE_OF_WORDS = 0.6;

/** What the answer does not say; empty when it says everything. Numbers and paths must be there as they are. */
export function isAnswered({ expected }: Pick<HandOffQuestion, 'expected'>, answer: string): { answered: boolean; missing: string[] } {
  const said = new Set(wordsOf(answer));
  const missing = expected.filter((entry) => {
    const terms = wordsOf(entry);
    const exact = terms.filter((term) => /\d/u.test(term));
    const share = terms.length === 0 ? 1 : terms.filter((term) => said.has(term)).length / terms.length;
    return share < LEAST_SHARE_OF_WORDS || exact.some((term) => !said.has(term));
  });
  return { answered: missing.length === 0, missing };
}

/** All telling words of a text: `searchTerms` gives at most 16, so it is asked line by line. */
function wordsOf(given: string): string[] {
  return given.split(/[\n.;:!?]/u).flatMap((part) => searchTerms(part));
}
