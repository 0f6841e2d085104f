import type { JsonValue } from '../json';
import { BeyondRepair, readBrokenJson } from './broken-json';
import { jsonBlocks } from './json-blocks';
import { withoutThinking } from './thinking';

/** Longer texts are read as they are or not at all: no answer of a model is that long. */
const LONGEST_REPAIRED_CHARACTERS = 400_000;

export type LenientJson = { found: true; value: JsonValue } | { found: false; problem: string };

/** Reads a text that is meant to be one JSON value: as it is, else without the words around it, else repaired. */
export function readLenientJson(text: string): LenientJson {
  const plain = parsed(text);
  if (plain.found) return plain;
  const inner = withoutFence(withoutEscapes(text.trim()));
  const isValue = /^(?:[{["'`“(\d]|-[\d.])/.test(inner) || !/[{[]/.test(inner);
  if (isValue) return repaired(inner);
  return jsonValuesIn(text).find((candidate) => candidate.found) ?? repaired(inner);
}

/**
 * The objects and lists in a model's answer, without its thinking and the words around them; each as it is or repaired.
 * Most answers hold one; some show an example first, so the caller takes the first that is what it asked for.
 */
export function jsonValuesIn(answer: string): LenientJson[] {
  const plain = parsed(answer.trim());
  if (plain.found) return [unwrappedString(plain)];
  const text = withoutEscapes(withoutThinking(answer).trim());
  if (text === '') return [{ found: false, problem: 'The answer is empty.' }];
  const whole = parsed(text);
  if (whole.found) return [unwrappedString(whole)];
  const blocks = jsonBlocks(fencedPart(text) ?? text);
  if (blocks.length === 0) return [{ found: false, problem: 'The answer holds no JSON object.' }];
  return blocks.map((block) => {
    const cut = parsed(block.text);
    return cut.found ? cut : repaired(withoutFence(block.text));
  });
}

function parsed(text: string): LenientJson {
  try {
    return { found: true, value: JSON.parse(text) as JsonValue };
  } catch (error) {
    return { found: false, problem: `The answer is no JSON: ${(error as Error).message}` };
  }
}

function repaired(text: string): LenientJson {
  if (text.length > LONGEST_REPAIRED_CHARACTERS) return { found: false, problem: `The JSON is broken, and with ${text.length} characters too long to repair.` };
  try {
    return { found: true, value: readBrokenJson(text) };
  } catch (error) {
    if (!(error instanceof BeyondRepair)) throw error;
    return { found: false, problem: `The JSON is broken: ${error.message}.` };
  }
}

/** JSON that was written as a JSON string, once or twice. */
function unwrappedString(read: LenientJson): LenientJson {
  let current = read;
  for (let depth = 0; depth < 2 && current.found && typeof current.value === 'string' && /^\s*[{["]/.test(current.value); depth++) {
    const inner = parsed(current.value);
    if (!inner.found) return /^\s*[{[]/.test(current.value) ? repaired(current.value) : current;
    current = inner;
  }
  return current;
}

/** An object all of whose quotes are escaped was cut out of a string. */
function withoutEscapes(text: string): string {
  if (!/^"?\s*[{[]\s*[{[]?\s*\\"/.test(text)) return text;
  return text.replace(/^"\s*(?=[{[])/, '').replace(/([}\]])\s*"$/, '$1').replace(/\\(["\\/n])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}

/** A fence counts only when it opens before any brace: one inside a JSON string is content. */
function fencedPart(text: string): string | undefined {
  const fence = /(?:`{3,}|~{3,})[a-z0-9]*[ \t]*\r?\n?/i.exec(text);
  const brace = text.search(/[{[]/);
  if (!fence || (brace >= 0 && brace < fence.index)) return undefined;
  return text.slice(fence.index + fence[0].length);
}

/** A fence around everything, or within the outermost brackets. */
function withoutFence(text: string): string {
  const within = /^[[{]?\s*`{3,}[a-z0-9]*\s*([\s\S]*?)\s*`{3,}\s*[\]}]?$/i.exec(text);
  return within ? within[1]! : text;
}
