import type { JsonObject, JsonValue } from '../kernel';

/**
 * Makes a value that fits a JSON Schema (draft 7, as zod writes it), from the schema alone and always the same:
 * `const`, the first of `enum`, `default`, the first branch of `anyOf`/`oneOf`, required properties only, `minItems` items,
 * the smallest number allowed, `true`, and for text what `textFor` makes of the property's name (the name itself where a pattern forbids that).
 */
export function valueForSchema(schema: JsonObject, textFor: (propertyName: string) => string = (name) => name): JsonValue {
  return fill(schema, { root: schema, textFor, name: 'answer', index: 0, depth: 0 });
}

interface Place {
  root: JsonObject;
  textFor(propertyName: string): string;
  name: string;
  /** Position in the nearest array; keeps the items' texts apart, as `id`s must be. */
  index: number;
  depth: number;
}

const DEEPEST = 40;

function fill(raw: JsonValue | undefined, place: Place): JsonValue {
  if (!isObject(raw) || place.depth > DEEPEST) return null;
  const schema = flatten(raw, place.root);
  const inner = { ...place, depth: place.depth + 1 };
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0] ?? null;
  if (schema.default !== undefined) return schema.default;
  const branches = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(branches)) return fill(branches[0], inner);
  return fillType(typeOf(schema), schema, inner);
}

function fillType(type: string, schema: JsonObject, place: Place): JsonValue {
  switch (type) {
    case 'object':
      return fillObject(schema, place);
    case 'array':
      return fillArray(schema, place);
    case 'string':
      return fillText(schema, place);
    case 'integer':
    case 'number':
      return fillNumber(schema, type === 'integer');
    case 'boolean':
      return true;
    default:
      return null;
  }
}

function fillObject(schema: JsonObject, place: Place): JsonObject {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  return Object.fromEntries(required.map((name) => [name, fill(properties[name] ?? { type: 'string' }, { ...place, name })]));
}

function fillArray(schema: JsonObject, place: Place): JsonValue[] {
  const tuple = Array.isArray(schema.items) ? schema.items : undefined;
  const length = tuple?.length ?? Number(schema.minItems ?? 0);
  return Array.from({ length }, (_, index) => fill(tuple ? tuple[index] : schema.items, { ...place, index }));
}

const FORMATS: Record<string, string> = {
  'date-time': '2026-01-01T00:00:00Z',
  date: '2026-01-01',
  time: '00:00:00Z',
  email: 'someone@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

function fillText(schema: JsonObject, place: Place): string {
  const format = FORMATS[String(schema.format)];
  if (format) return format;
  const plain = place.index === 0 ? place.name : `${place.name}-${place.index + 1}`;
  const candidates = [place.textFor(plain), plain, plain.toLowerCase(), `${plain}.txt`, 'a', 'A', '1', 'a1', 'a-1', '2026-01-01', 'https://example.com/', ''];
  const pattern = typeof schema.pattern === 'string' ? new RegExp(schema.pattern, 'u') : undefined;
  const text = pattern ? (candidates.find((candidate) => pattern.test(candidate)) ?? plain) : candidates[0]!;
  return text.padEnd(Number(schema.minLength ?? 0), text === '' ? 'x' : text).slice(0, Number(schema.maxLength ?? Infinity));
}

function fillNumber(schema: JsonObject, whole: boolean): number {
  // zod writes the safe-integer bounds into every integer: those say nothing about the value.
  const bound = (value: JsonValue | undefined) => (typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined);
  const above = bound(schema.exclusiveMinimum);
  const least = bound(schema.minimum) ?? (above === undefined ? undefined : whole ? Math.floor(above) + 1 : above + 0.5);
  const most = bound(schema.maximum);
  const value = least ?? (most !== undefined && most < 0 ? most : 0);
  return whole ? Math.ceil(value) : value;
}

/** Follows `$ref` within the document and merges `allOf`. */
function flatten(schema: JsonObject, root: JsonObject): JsonObject {
  let flat: JsonObject = schema;
  for (let hops = 0; typeof flat.$ref === 'string' && hops < DEEPEST; hops += 1) flat = lookUp(flat.$ref, root);
  if (!Array.isArray(flat.allOf)) return flat;
  const parts = [flat, ...flat.allOf.filter(isObject).map((part) => flatten(part, root))];
  return {
    ...Object.assign({}, ...parts),
    allOf: null,
    properties: Object.assign({}, ...parts.map((part) => part.properties ?? {})),
    required: parts.flatMap((part) => (Array.isArray(part.required) ? part.required : [])),
  };
}

function lookUp(reference: string, root: JsonObject): JsonObject {
  const names = reference.replace(/^#\/?/, '').split('/').filter((name) => name !== '').map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  let found: JsonValue | undefined = root;
  for (const name of names) found = isObject(found) ? found[name] : undefined;
  return isObject(found) ? found : {};
}

function typeOf(schema: JsonObject): string {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  const named = types.find((type) => typeof type === 'string' && type !== 'null') ?? types.find((type) => type === 'null');
  if (typeof named === 'string') return named;
  if (schema.properties || schema.required) return 'object';
  return schema.items ? 'array' : 'string';
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
