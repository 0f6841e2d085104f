import { jsonrepair } from 'jsonrepair';
import type { JsonObject } from '../../kernel';

/** Reads the arguments a model wrote for a tool; slightly broken JSON is mended, `undefined` when it is no object even then. */
export function readToolArguments(text: string): JsonObject | undefined {
  if (text.trim() === '') return {};
  const value = parse(text) ?? parse(mend(text));
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function mend(text: string): string {
  try {
    return jsonrepair(text);
  } catch {
    return '';
  }
}
