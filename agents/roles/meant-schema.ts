import { z } from 'zod';

/** Words that speak of one type of value alone. */
const WORDS: ReadonlyArray<[type: string, words: readonly string[]]> = [
  ['object', ['properties', 'required', 'additionalProperties', 'patternProperties', 'propertyNames', 'minProperties', 'maxProperties']],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems', 'contains']],
  // Not "format": OpenAPI has those of numbers as well.
  ['string', ['pattern', 'minLength', 'maxLength']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
];

/**
 * Checks values by a JSON Schema as its author means it. Left as it is written, zod lets everything through where "type" is missing, and objects without
 * a required field that "properties" does not name.
 *
 * @throws what zod says of a schema it cannot check by
 */
export function schemaType(schema: object): z.ZodType {
  return z.fromJSONSchema(meant(schema) as Parameters<typeof z.fromJSONSchema>[0]);
}

type Words = Record<string, unknown>;

/** Words that hold schemas: one or a list of them, or several by their names. */
const INNER = ['items', 'prefixItems', 'contains', 'additionalProperties', 'propertyNames', 'not', 'anyOf', 'oneOf', 'allOf'];
const NAMED = ['properties', 'patternProperties', '$defs', 'definitions'];

function meant(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(meant);
  if (!isWords(schema)) return schema;
  return withRequired(withType(mapped(schema, (value, word) => (INNER.includes(word) ? meant(value) : NAMED.includes(word) && isWords(value) ? mapped(value, meant) : value))));
}

function isWords(value: unknown): value is Words {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapped(words: Words, change: (value: unknown, word: string) => unknown): Words {
  return Object.fromEntries(Object.entries(words).map(([word, value]) => [word, change(value, word)]));
}

function withType(schema: Words): Words {
  if ('type' in schema || '$ref' in schema) return schema;
  const types = WORDS.filter(([, words]) => words.some((word) => word in schema)).map(([type]) => type);
  return types.length === 1 ? { type: types[0], ...schema } : schema;
}

function withRequired(schema: Words): Words {
  if (schema.type === 'array' && !('items' in schema) && !('prefixItems' in schema)) return { ...schema, items: {} };
  if (schema.type !== 'object' || !Array.isArray(schema.required)) return schema;
  const named = (schema.properties ?? {}) as Words;
  const missing = schema.required.filter((name): name is string => typeof name === 'string' && !Object.hasOwn(named, name));
  // Once named, a field is no additional one any more.
  const demanded = isWords(schema.additionalProperties) && !('patternProperties' in schema) ? schema.additionalProperties : {};
  return { ...schema, properties: { ...named, ...Object.fromEntries(missing.map((name) => [name, demanded])) } };
}
