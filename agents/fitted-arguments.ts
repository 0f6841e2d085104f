import { isJsonObject, isOfJsonType, type JsonObject, type JsonValue } from '../kernel';

export type FittedArguments = { ok: true; values: JsonObject } | { ok: false; problem: string };

/** Deeper the tool itself has to look. */
const DEEPEST = 6;

/**
 * Arguments in the types the tool's schema asks for. What small models often write otherwise is turned into it where nothing is lost (`"5"`, `"true"`, one value for a list);
 * what does not fit is named, in words for the model.
 */
export function fittedArguments(schema: JsonObject, given: JsonObject): FittedArguments {
  const problems: string[] = [];
  const values = fitted({ ...schema, type: 'object' }, given, 'arguments', problems, 0) as JsonObject;
  return problems.length === 0 ? { ok: true, values } : { ok: false, problem: problems.slice(0, 5).join('; ') };
}

function fitted(schema: JsonValue | undefined, value: JsonValue, at: string, problems: string[], depth: number): JsonValue {
  if (!isJsonObject(schema) || depth > DEEPEST) return value;
  const alternatives = [schema.anyOf, schema.oneOf].find(Array.isArray);
  if (alternatives) return fittedToOne(alternatives, value, at, problems, depth);
  const types = [schema.type].flat().filter((type) => typeof type === 'string');
  const turned = types.length === 0 || types.some((type) => isOfJsonType(value, type)) ? value : turnedInto(types, value);
  if (turned === undefined) return (problems.push(`${at} must be ${types.join(' or ')}, not ${shown(value)}`), value);
  if (Array.isArray(schema.enum) && !schema.enum.some((one) => one === turned)) problems.push(`${at} must be one of ${schema.enum.map(shown).join(', ')}, not ${shown(turned)}`);
  if (isJsonObject(turned)) return fittedMembers(schema, turned, at, problems, depth);
  if (Array.isArray(turned)) return turned.map((element, index) => fitted(schema.items, element, `${at}[${index}]`, problems, depth + 1));
  return turned;
}

function fittedToOne(alternatives: readonly JsonValue[], value: JsonValue, at: string, problems: string[], depth: number): JsonValue {
  for (const alternative of alternatives) {
    const faults: string[] = [];
    const turned = fitted(alternative, value, at, faults, depth + 1);
    if (faults.length === 0) return turned;
  }
  problems.push(`${at} fits none of its alternatives: ${shown(value)}`);
  return value;
}

function fittedMembers(schema: JsonObject, value: JsonObject, at: string, problems: string[], depth: number): JsonObject {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  for (const name of required) if (!Object.hasOwn(value, name)) problems.push(`${at}.${name} is missing`);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => {
    // Many models write null for what they leave out.
    const isLeftOut = inner === null && !required.includes(name);
    return [name, isLeftOut || !Object.hasOwn(properties, name) ? inner : fitted(properties[name], inner, `${at}.${name}`, problems, depth + 1)];
  }));
}

/** The value in one of the types, where only one thing can be meant. */
function turnedInto(types: readonly string[], value: JsonValue): JsonValue | undefined {
  if (typeof value === 'string') {
    const text = value.trim();
    if (types.includes('integer') && /^-?\d+(?:\.0+)?$/.test(text)) return Number(text);
    if (types.includes('number') && /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)) return Number(text);
    if (types.includes('boolean') && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  }
  if (types.includes('string') && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  return types.includes('array') && value !== null && !isJsonObject(value) ? [value] : undefined;
}

function shown(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
