import { readLenientJson, type JsonObject, type JsonValue } from '../../kernel';

/** A tool call a model wrote as text; it has no id. */
export interface WrittenCall {
  name: string;
  arguments: JsonObject;
}

const NAMES = ['name', 'tool', 'tool_name', 'function_name', 'action', 'function'] as const;
const ARGUMENTS = ['arguments', 'parameters', 'args', 'input', 'tool_input', 'action_input', 'params', 'kwargs'] as const;

/** What families of models write around a tool's name. */
const PREFIX = /^(?:functions?[.:]|tools?[.:]|default_api\.)/;

/** @returns the offered tool that a model means by `written`; undefined when it is none of them or more than one */
export function offeredName(written: unknown, offered: readonly string[]): string | undefined {
  if (typeof written !== 'string') return undefined;
  if (offered.includes(written)) return written;
  const bare = written.trim().replace(PREFIX, '');
  if (offered.includes(bare)) return bare;
  const alike = offered.filter((name) => plain(name) === plain(bare));
  return alike.length === 1 ? alike[0] : undefined;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** The calls in a JSON value, in all the shapes models give them; undefined when anything in it is no call of an offered tool. */
export function callsOfValue(value: unknown, offered: readonly string[]): WrittenCall[] | undefined {
  if (Array.isArray(value)) {
    const calls = value.map((element: JsonValue) => callsOfValue(element, offered));
    return calls.length > 0 && calls.every((call) => call !== undefined) ? calls.flat() : undefined;
  }
  if (!isObject(value)) return undefined;
  const list = value.tool_calls ?? value.toolCalls ?? value.function_calls;
  if (Array.isArray(list)) return callsOfValue(list, offered);
  const inner = value.function ?? value.function_call ?? value.tool_call;
  if (isObject(inner)) return callsOfValue(inner, offered);
  return one(namedCall(value, offered) ?? keyedCall(value, offered));
}

function one(call: WrittenCall | undefined): WrittenCall[] | undefined {
  return call && [call];
}

/** `{"name": …, "arguments": …}` and its like. */
function namedCall(value: JsonObject, offered: readonly string[]): WrittenCall | undefined {
  const name = NAMES.map((key) => offeredName(value[key], offered)).find((found) => found !== undefined);
  if (name === undefined) return undefined;
  const key = ARGUMENTS.find((candidate) => value[candidate] !== undefined);
  const given = key === undefined ? restOf(value) : argumentsOf(value[key]);
  return given && { name, arguments: given };
}

/** Arguments that stand beside the name instead of within a member of their own. */
function restOf(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !(NAMES as readonly string[]).includes(key) && key !== 'type' && key !== 'id'));
}

/** `{"look_up": {"word": "tea"}}` */
function keyedCall(value: JsonObject, offered: readonly string[]): WrittenCall | undefined {
  const [entry, ...others] = Object.entries(value);
  if (!entry || others.length > 0 || !offered.includes(entry[0]) || !isObject(entry[1])) return undefined;
  return { name: entry[0], arguments: entry[1] };
}

/** Arguments come as an object, or as its text; undefined when they are neither. */
export function argumentsOf(given: unknown): JsonObject | undefined {
  if (given === null || given === undefined) return {};
  if (typeof given !== 'string') return isObject(given) ? given : undefined;
  if (given.trim() === '') return {};
  const read = readLenientJson(given);
  if (!read.found) return undefined;
  if (typeof read.value === 'string' && read.value !== given) return argumentsOf(read.value);
  return isObject(read.value) ? read.value : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
