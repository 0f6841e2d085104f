import { promptParts } from './prompt-parts';
import { readTokens, type Tokens } from './tokens';

/** A prompt as numbers. Nothing here names a language's words: shape, numbers, marks, and hashes learned from examples. */
export interface PromptFeatures {
  /** Whether answers to choose from are given; such prompts are judged by weights of their own. */
  hasOptions: boolean;
  /** One per name of `SHAPE_NAMES`. */
  shape: number[];
  /** Places of the words and word pairs in the table of weights, each once. */
  hashes: number[];
}

/** More text than this is not read: what matters is said by then, and the estimate must stay under a millisecond. */
const HEAD_CHARACTERS = 3_000;
const TAIL_CHARACTERS = 1_000;

export const SHAPE_NAMES = [
  'length', 'words', 'ask', 'material', 'lines', 'sentences', 'wordsPerSentence', 'wordLength', 'longWords', 'variety', 'capitals', 'upper',
  'numbers', 'bigNumbers', 'decimals', 'math', 'code', 'brackets', 'quotes', 'commas', 'colons', 'questions', 'endsOpen', 'blanks', 'otherScripts',
  'options', 'optionLength', 'optionSpread', 'optionNumbers', 'optionWords', 'optionOverlap', 'optionSharing', 'percentOrMoney', 'shortWords',
] as const;

export function promptFeatures(prompt: string): PromptFeatures {
  const text = prompt.length <= HEAD_CHARACTERS + TAIL_CHARACTERS ? prompt : `${prompt.slice(0, HEAD_CHARACTERS)}\n\n${prompt.slice(-TAIL_CHARACTERS)}`;
  const parts = promptParts(text);
  const ask = readTokens(parts.ask);
  const options = parts.options.map((option) => readTokens(option));
  const hasOptions = options.length > 0;
  return { hasOptions, shape: shapeOf(prompt.length, parts.materialCharacters + prompt.length - text.length, parts.ask, ask, parts.options, options), hashes: hashesOf(ask, options) };
}

function shapeOf(length: number, material: number, askText: string, ask: Tokens, optionTexts: string[], options: Tokens[]): number[] {
  const words = Math.max(1, ask.words);
  const sentences = Math.max(1, ask.sentences);
  const lengths = optionTexts.map((text) => text.length);
  const mean = average(lengths);
  return [
    Math.log1p(length), Math.log1p(ask.words), Math.log1p(ask.characters), Math.log1p(material), Math.log1p(ask.lines), Math.log1p(sentences), Math.log1p(words / sentences),
    Math.min(20, ask.letters / words), ask.longWords / words, ask.distinct / words, ask.capitals / words, ask.upper / Math.max(1, ask.letters),
    Math.log1p(ask.numbers), Math.log1p(ask.bigNumbers), Math.log1p(ask.decimals), Math.log1p(ask.math + sum(options, 'math')), Math.log1p(ask.code), Math.log1p(ask.brackets), Math.log1p(ask.quotes),
    Math.log1p(ask.commas), Math.log1p(ask.colons), Math.min(3, ask.questions), /[?？.。!]\s*$/.test(askText) ? 0 : 1, askText.includes('__') ? 1 : 0, ask.otherScripts / Math.max(1, ask.characters),
    Math.min(12, options.length), Math.log1p(mean), Math.log1p(Math.sqrt(average(lengths.map((value) => (value - mean) ** 2)))),
    share(options, ({ numbers }) => numbers > 0), share(options, ({ words: count }) => count === 1), overlap(options, ask), sharing(options), Math.log1p(ask.money), ask.shortWords / words,
  ];
}

function hashesOf(ask: Tokens, options: Tokens[]): number[] {
  const all = new Set(ask.hashes);
  for (const option of options) for (const hash of option.hashes) all.add(hash);
  return [...all];
}

function average(values: number[]): number {
  return values.length === 0 ? 0 : values.reduce((total, value) => total + value, 0) / values.length;
}

function sum(all: Tokens[], name: 'math'): number {
  return all.reduce((total, tokens) => total + tokens[name], 0);
}

function share(all: Tokens[], holds: (tokens: Tokens) => boolean): number {
  return all.length === 0 ? 0 : all.filter(holds).length / all.length;
}

/** How much of the answers' words stands in the question already. */
function overlap(options: Tokens[], ask: Tokens): number {
  const words = new Set(options.flatMap(({ stems }) => stems));
  const asked = new Set(ask.stems);
  return words.size === 0 ? 0 : [...words].filter((word) => asked.has(word)).length / words.size;
}

/** 1 when no two answers share a word, less the more they repeat each other. */
function sharing(options: Tokens[]): number {
  const words = options.flatMap(({ stems }) => stems);
  return words.length === 0 ? 0 : new Set(words).size / words.length;
}
