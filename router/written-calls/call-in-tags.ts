import { readLenientJson, type JsonObject, type JsonValue } from '../../kernel';
import { offeredName, type WrittenCall } from './call-of-value';

const PARAMETER = /<(?:parameter|param|arg|argument)(?:=|\s+name\s*=\s*)["']?([\w.:-]+)["']?[^>]*>([\s\S]*?)(?:<\/(?:parameter|param|arg|argument)>|(?=<(?:parameter|param|arg|argument)\b)|$)/g;
const KEY_AND_VALUE = /<arg_key>([\s\S]*?)<\/arg_key>\s*<arg_value>([\s\S]*?)(?:<\/arg_value>|$)/g;
const ELEMENT = /<([\w.:-]+)>([\s\S]*?)<\/\1>/g;

/** Arguments as elements of XML; undefined when there are none. */
export function argumentsInTags(text: string): JsonObject | undefined {
  for (const pattern of [PARAMETER, KEY_AND_VALUE]) {
    const pairs = [...text.matchAll(pattern)];
    if (pairs.length > 0) return Object.fromEntries(pairs.map(([, name, value]) => [name!.trim(), valueOf(value!)]));
  }
  return undefined;
}

/** `<look_up><word>tea</word></look_up>`: the element has the tool's name. */
export function callInElement(name: string, inside: string, offered: readonly string[]): WrittenCall | undefined {
  const tool = offeredName(name, offered);
  if (tool === undefined) return undefined;
  const given = argumentsInTags(inside);
  if (given) return { name: tool, arguments: given };
  const elements = [...inside.matchAll(ELEMENT)];
  const rest = inside.replace(ELEMENT, '').trim();
  if (rest !== '') return undefined;
  return { name: tool, arguments: Object.fromEntries(elements.map(([, key, value]) => [key!, valueOf(value!)])) };
}

/** What is no number, literal, object or list is text, as it is. */
function valueOf(raw: string): JsonValue {
  const text = raw.replace(/^\r?\n|\r?\n$/g, '');
  const trimmed = text.trim();
  if (!/^(?:[{["]|-?\d[\d.eE+-]*$|true$|false$|null$|True$|False$|None$)/.test(trimmed)) return text;
  const read = readLenientJson(trimmed);
  return read.found ? read.value : text;
}
