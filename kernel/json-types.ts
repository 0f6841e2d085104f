import type { JsonObject, JsonValue } from './json';

/** The types JSON Schema knows by name (draft-07 §6.1.1). */
const IS: Record<string, (value: JsonValue) => boolean> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  object: isJsonObject,
  array: Array.isArray,
  null: (value) => value === null,
};

/** @param type of a schema: a name, several, or anything else, which says nothing: unknown types fit all values */
export function isOfJsonType(value: JsonValue, type: JsonValue | undefined): boolean {
  const types = [type].flat().filter((name) => typeof name === 'string' && Object.hasOwn(IS, name)) as string[];
  return types.length === 0 || types.some((name) => IS[name]!(value));
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
