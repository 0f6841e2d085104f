/** A prompt as a reader sees it: what is asked, what it is asked about, and the answers to choose from. */
export interface PromptParts {
  /** What is asked, without quoted text, code and pasted material. */
  ask: string;
  /** Characters of all the rest: pasted text, quotes, code. */
  materialCharacters: number;
  /** The texts of the answers to choose from; empty when there are none. */
  options: string[];
}

/** What is asked seldom needs more. */
const ASK_CHARACTERS = 1_200;
/** A first paragraph up to this length that ends like a sentence is the whole question; what follows is what it is asked about. */
const WHOLE_ASK_CHARACTERS = 400;
const FEWEST_OPTIONS = 3;
/** List lines of fewer words are names and values, not demands. */
const DEMAND_WORDS = 5;
const OPTION = /^\s*\(?([A-J])[.)]\s*(.*)$/;
const FENCED = /```[\s\S]*?(?:```|$)/g;
/** Shorter quotes are names and words, and belong to what is asked. No quote holds its own opening mark, so that a row of those is read once. */
const QUOTED = /"[^"\n]{20,}"|“[^“”\n]{20,}”|„[^„“”\n]{20,}[“”]|«[^«»\n]{20,}»|「[^「」\n]{8,}」|『[^『』\n]{8,}』/g;
const LIST_LINE = /^\s*(?:[-*•]|\d{1,2}[.)])\s+\S/;
const PARAGRAPH = /\n\s*\n|(?<=[:：?？])\s*\n/;

export function promptParts(text: string): PromptParts {
  const options = optionsIn(text);
  if (options) return { ...options, materialCharacters: 0 };
  const ask = askIn(text);
  return { ask, materialCharacters: Math.max(0, text.length - ask.length), options: [] };
}

function optionsIn(text: string): { ask: string; options: string[] } | undefined {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => OPTION.exec(line)?.[1] === 'A');
  const options = first < 0 ? [] : lines.slice(first).flatMap((line) => OPTION.exec(line)?.[2] ?? []);
  return options.length < FEWEST_OPTIONS ? undefined : { ask: lines.slice(0, first).join('\n'), options };
}

function askIn(text: string): string {
  const paragraphs = text.replace(FENCED, '\n\n').split(PARAGRAPH).map((part) => part.trim()).filter((part) => part !== '');
  const [first = '', ...rest] = paragraphs;
  if (rest.length === 0) return withoutQuotes(first).slice(0, ASK_CHARACTERS);
  if (first.length <= WHOLE_ASK_CHARACTERS && /[.:?!。：？！]["”»」]?$/.test(first)) return `${withoutQuotes(first)}${demandsIn(rest)}`.slice(0, ASK_CHARACTERS);
  return `${withoutQuotes(first).slice(0, ASK_CHARACTERS / 2)}\n${withoutQuotes(rest.at(-1)!).slice(0, ASK_CHARACTERS / 2)}`;
}

/** Lists of whole sentences that follow a request are what it demands. */
function demandsIn(paragraphs: string[]): string {
  const lines = (paragraphs[0] ?? '').split('\n').filter((line) => LIST_LINE.test(line));
  const words = lines.reduce((total, line) => total + line.split(' ').length - 1, 0);
  return lines.length > 0 && words / lines.length >= DEMAND_WORDS ? `\n${lines.join('\n')}` : '';
}

function withoutQuotes(text: string): string {
  return text.replace(QUOTED, ' ');
}
