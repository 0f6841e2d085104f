import { jsonrepair } from 'jsonrepair';

export type Extracted = { found: true; value: unknown } | { found: false; problem: string };

/**
 * Finds the JSON value in a model's answer: as it is, else without thinking and prose around it, else repaired.
 * The block is cut out before jsonrepair sees it, because that turns prose beside an object into an array of both.
 */
export function extractJson(answer: string): Extracted {
  const plain = parsed(answer.trim());
  if (plain.found) return plain;
  const text = withoutThinking(answer).trim();
  if (text === '') return { found: false, problem: 'The answer is empty.' };
  const block = jsonBlock(fencedPart(text) ?? text);
  if (block === undefined) return { found: false, problem: 'The answer holds no JSON object.' };
  const cut = parsed(block);
  return cut.found ? cut : repaired(block);
}

function parsed(text: string): Extracted {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { found: true, value } : { found: false, problem: 'The answer is no JSON object.' };
  } catch (error) {
    return { found: false, problem: `The answer is no JSON: ${(error as Error).message}` };
  }
}

function repaired(block: string): Extracted {
  try {
    return parsed(jsonrepair(block));
  } catch (error) {
    return { found: false, problem: `The JSON is broken: ${(error as Error).message}` };
  }
}

const THINKING = /<(think|thinking|reasoning)>[\s\S]*?<\/\1>/gi;
const UNOPENED_THINKING = /^[\s\S]*?<\/(?:think|thinking|reasoning)>/i;

/** Some chat templates swallow the opening tag, so text up to a lone closing tag is thinking as well. */
function withoutThinking(answer: string): string {
  return answer.replace(THINKING, '').replace(UNOPENED_THINKING, '');
}

/** A fence counts only when it opens before any brace: one inside a JSON string is content. */
function fencedPart(text: string): string | undefined {
  const fence = /```[a-z]*[ \t]*\r?\n/i.exec(text);
  const brace = text.search(/[{[]/);
  if (!fence || (brace >= 0 && brace < fence.index)) return undefined;
  return text.slice(fence.index + fence[0].length);
}

/** From the first `{` to its closing brace; to the end when the answer was cut off before it. */
function jsonBlock(text: string): string | undefined {
  const start = text.indexOf('{');
  if (start < 0) return undefined;
  let depth = 0;
  let inString = false;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (inString && character === '\\') index++;
    else if (character === '"') inString = !inString;
    else if (!inString && character === '{') depth++;
    else if (!inString && character === '}' && --depth === 0) return text.slice(start, index + 1);
  }
  return text.slice(start);
}
