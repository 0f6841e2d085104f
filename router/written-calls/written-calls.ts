import { jsonBlocks, jsonValuesIn, readLenientJson, withoutThinking } from '../../kernel';
import { callsInCode, type FoundCalls } from './call-in-code';
import { argumentsInTags, callInElement } from './call-in-tags';
import { argumentsOf, callsOfValue, offeredName, type WrittenCall } from './call-of-value';

/** How calls begin that a model writes as text, beside those that begin with a tool's name. */
export const CALL_BEGINNINGS = ['<tool_call', '<function', '<|tool_call', '<|python_tag|>', '<invoke', '<｜tool', '<|tool', '[TOOL_CALLS]', '[TOOL_REQUEST]', 'functools[', 'Action:', '```', '{', '[{', '"{', "'{", '<tool_use', '<tool>'];

/** Elements and marks that hold calls; the second group is what they hold. */
const HOLDERS = [
  /<\|?(tool_calls?|function_calls?|functioncall|tool_use|tool|toolcall)\|?(?:_begin\|)?>([\s\S]*?)(?:<\|?\/?(?:\1|end_\1|\1_end|tool_call_end)\|?>|$)/g,
  /<(function)(?==|\s+name)([\s\S]*?)(?:<\/function>|$)/g,
  /<(invoke)(?=\s+name)([\s\S]*?)(?:<\/invoke>|$)/g,
  /(\[TOOL_CALLS\]|\[TOOL_REQUEST\]|functools(?=\[)|<\|python_tag\|>)([\s\S]*?)(?:\[END_TOOL_REQUEST\]|<\/s>|<\|eo[mt]_id\|>|(?=\[TOOL_CALLS\])|$)/g,
  /(<｜tool▁calls?▁begin｜>)([\s\S]*?)(?:<｜tool▁calls?▁end｜>|$)/g,
];

export interface CallsInText {
  calls: WrittenCall[];
  /** The text without them; blank when it was nothing but calls. */
  rest: string;
}

/**
 * The calls of offered tools that a model wrote into its answer instead of making them: in tags, in fences, as JSON in any of the shapes there are,
 * as code with named arguments, damaged or cut off.
 */
export function callsInText(answer: string, offered: readonly string[]): CallsInText {
  if (offered.length === 0) return { calls: [], rest: answer };
  const text = withoutThinking(answer);
  for (const find of [inHolders, inElements, inJson, inAction, inFencedCode]) {
    const found = find(text, offered);
    if (found.length > 0) return { calls: found.flatMap(({ calls }) => calls), rest: without(text, found) };
  }
  return { calls: [], rest: answer };
}

function without(text: string, found: readonly FoundCalls[]): string {
  let rest = '';
  let from = 0;
  for (const { start, end } of found) {
    rest += text.slice(from, start);
    from = Math.max(from, end);
  }
  return (rest + text.slice(from)).replace(/`{3,}\w*/g, '').replace(/^[\s,;[\]]+$/, '').trim();
}

function inHolders(text: string, offered: readonly string[]): FoundCalls[] {
  for (const holder of HOLDERS) {
    const found = [...text.matchAll(holder)].map((match) => ({ start: match.index, end: match.index + match[0].length, calls: inside(match[2]!, offered) ?? [] }));
    if (found.length > 0 && found.every(({ calls }) => calls.length > 0)) return found;
  }
  return [];
}

/** What a holder holds: a holder in it, a name with arguments behind it, JSON, or code. */
function inside(content: string, offered: readonly string[]): WrittenCall[] | undefined {
  const inner = [...inHolders(content, offered), ...(content.includes('<') ? inElements(content, offered) : [])];
  if (inner.length > 0) return inner.flatMap(({ calls }) => calls);
  return named(content, offered) ?? ofValues(content, offered) ?? orNone(callsInCode(content, offered).flatMap(({ calls }) => calls));
}

/** `=name>{…}</…`, `name {…}`, `function<｜tool▁sep｜>name …`, ` name="look_up"> <parameter …>`. */
function named(content: string, offered: readonly string[]): WrittenCall[] | undefined {
  const head = /^\s*(?:function\s*)?(?:<｜tool▁call▁begin｜>\s*)?(?:function)?(?:<｜tool▁sep｜>)?(?:=|\s*name\s*=\s*)?\s*["']?([\p{L}_][\p{L}\p{N}_.:-]*)["']?\s*(?:\[ARGS\]|<｜tool▁sep｜>|\/?>)?/u.exec(content);
  const name = head ? offeredName(head[1], offered) : undefined;
  if (name === undefined) return undefined;
  const body = content.slice(head![0].length).replace(/<\/?(?:function|invoke|tool_call)>?\s*$/, '').trim();
  if (body.startsWith('(')) return undefined;
  const given = argumentsInTags(body) ?? (body === '' ? {} : jsonArguments(body));
  return given && [{ name, arguments: given }];
}

function jsonArguments(body: string): WrittenCall['arguments'] | undefined {
  const [block] = jsonBlocks(body);
  return block && argumentsOf(block.text);
}

function ofValues(content: string, offered: readonly string[]): WrittenCall[] | undefined {
  const values = jsonValuesIn(content);
  const calls = values.map((read) => (read.found ? callsOfValue(read.value, offered) : undefined));
  return calls.length > 0 && calls.every((call) => call !== undefined) ? calls.flat() : undefined;
}

function orNone<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}

/** Elements that have a tool's name. */
function inElements(text: string, offered: readonly string[]): FoundCalls[] {
  return [...text.matchAll(/<([\w.:-]+)>([\s\S]*?)<\/\1>/g)].flatMap((match) => {
    const call = callInElement(match[1]!, match[2]!, offered);
    return call ? [{ start: match.index, end: match.index + match[0].length, calls: [call] }] : [];
  });
}

/** JSON in the text, be it the whole, in a fence or between words. */
function inJson(text: string, offered: readonly string[]): FoundCalls[] {
  const whole = /^\s*["']/.test(text) ? ofValues(text, offered) : undefined;
  if (whole) return [{ start: 0, end: text.length, calls: whole }];
  return jsonBlocks(text).flatMap((block) => {
    const read = readLenientJson(block.text);
    const calls = read.found ? callsOfValue(read.value, offered) : undefined;
    return calls ? [{ start: block.start, end: block.end, calls }] : [];
  });
}

/** `Action: look_up` and `Action Input: {…}` on lines of their own. */
function inAction(text: string, offered: readonly string[]): FoundCalls[] {
  const match = /^[ \t]*Action:[ \t]*([\p{L}_][\p{L}\p{N}_.:-]*)[ \t]*\r?\n[ \t]*Action Input:[ \t]*([\s\S]*)/mu.exec(text);
  const name = match ? offeredName(match[1], offered) : undefined;
  const [block] = match ? jsonBlocks(match[2]!) : [];
  const given = block && argumentsOf(block.text);
  if (name === undefined || !given) return [];
  return [{ start: match!.index, end: match!.index + match![0].length - match![2]!.length + block.end, calls: [{ name, arguments: given }] }];
}

/** Code counts where it is all there is, or in a fence that says it is a call; elsewhere it may be the answer itself. */
function inFencedCode(text: string, offered: readonly string[]): FoundCalls[] {
  const fence = /```(?:tool_code|tool_call|tool_calls)\s*\n([\s\S]*?)(?:```|$)/.exec(text);
  if (fence) {
    const calls = callsInCode(fence[1]!, offered).flatMap((found) => found.calls);
    return calls.length > 0 ? [{ start: fence.index, end: fence.index + fence[0].length, calls }] : [];
  }
  const found = callsInCode(text, offered);
  return found.length > 0 && without(text, found) === '' && !text.includes('```') ? found : [];
}
