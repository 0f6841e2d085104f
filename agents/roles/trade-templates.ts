import type { PlanTask } from '../../runs';
import { splitFrontMatter } from './front-matter';
import type { Role } from './role';

/** A short starting point of a trade: real files that work, as Markdown. */
export interface TradeTemplate {
  name: string;
  title: string;
  /** The task must name one of them; lower case. */
  words: readonly string[];
  /** Markdown with the files. */
  text: string;
}

/** Templates a task is given at most, and their characters together (about 700 tokens): a window of 4k must have room to work. */
const MOST_TEMPLATES = 2;
const MOST_CHARACTERS = 2_800;

/**
 * Those of the role's templates whose words the task uses, as whole words: most of them first, else in the role's order.
 * Plain rules, so that the same task is always given the same.
 */
export function templatesFor({ templates }: Role, { title, instructions, deliverables }: Pick<PlanTask, 'title' | 'instructions' | 'deliverables'>, all: readonly TradeTemplate[]): TradeTemplate[] {
  const text = [title, instructions, ...deliverables].join('\n').toLowerCase();
  const wanted = templates
    .flatMap((name) => all.filter((template) => template.name === name))
    .map((template) => ({ template, uses: template.words.filter((word) => hasWord(text, word)).length }))
    .filter(({ uses }) => uses > 0)
    .sort((left, right) => right.uses - left.uses)
    .slice(0, MOST_TEMPLATES);
  let left = MOST_CHARACTERS;
  return wanted.flatMap(({ template }) => {
    left -= template.text.length;
    return left >= 0 ? [template] : [];
  });
}

/** For the prompt; empty when there are none. */
export function templatesInWords(templates: readonly TradeTemplate[]): string {
  if (templates.length === 0) return '';
  return `Starting points of your trade. Change names, fields and rules to what the task says; take nothing over that it does not need.\n${templates.map(({ title, text }) => `## ${title}\n${text}`).join('\n\n')}`;
}

/** @throws {TypeError} for a file that is none; they ship with the package */
export function readTradeTemplate(text: string): TradeTemplate {
  const split = splitFrontMatter(text);
  if ('problem' in split) throw new TypeError(split.problem);
  const fields = Object.fromEntries(split.yaml.split('\n').filter((line) => line.trim() !== '').map((line) => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()]));
  const { name, title, words } = fields;
  if (!name || !title || !words) throw new TypeError('A template of the trade needs name, title and words.');
  return { name, title, words: words.replace(/^\[|\]$/g, '').split(',').map((word) => word.trim().toLowerCase()), text: split.body };
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isLetter(text[at - 1]) && !isLetter(text[at + word.length])) return true;
  }
  return false;
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_]/u.test(character);
}
