/** A prompt as a reader sees it: what is asked, what it is asked about, and the answers to choose from. */
export interface PromptParts {
  /** What is asked: the first and the last paragraph without quoted text and code. */
  ask: string;
  /** What the request is about: pasted text, quotes, code. */
  materialCharacters: number;
  /** The texts of the answers to choose from; empty when there are none. */
  options: string[];
}

/** Paragraphs in the middle are taken for material, and what is asked seldom needs more than this. */
const ASK_CHARACTERS = 1_200;
const FEWEST_OPTIONS = 3;
const OPTION = /^\s*\(?([A-J])[.)]\s*(.*)$/;
const FENCED = /```[\s\S]*?(?:```|$)/g;
/** Shorter quotes are names and words, and belong to what is asked. */
const QUOTED = /"[^"\n]{20,}"|“[^”\n]{20,}”|„[^“”\n]{20,}[“”]|«[^»\n]{20,}»|「[^」\n]{8,}」|『[^』\n]{8,}』/g;

export function promptParts(text: string): PromptParts {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => OPTION.exec(line)?.[1] === 'A');
  const options = first < 0 ? [] : lines.slice(first).flatMap((line) => OPTION.exec(line)?.[2] ?? []);
  if (options.length >= FEWEST_OPTIONS) return { ask: lines.slice(0, first).join('\n'), materialCharacters: 0, options };
  const ask = askedIn(text);
  return { ask, materialCharacters: Math.max(0, text.length - ask.length), options: [] };
}

function askedIn(text: string): string {
  const paragraphs = text.replace(FENCED, '\n\n').split(/\n\s*\n|\n(?=\s*[-*•|{<\d])/).map((part) => part.trim()).filter((part) => part !== '');
  const ends = paragraphs.length > 1 ? [paragraphs[0]!, paragraphs.at(-1)!] : paragraphs;
  return ends.map((part) => part.replace(QUOTED, ' ').slice(0, ASK_CHARACTERS / ends.length)).join('\n');
}
