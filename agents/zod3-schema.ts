import type { JsonObject, JsonValue } from '../kernel';

/** The part of a zod-3 schema that says what it is. n8n's tools bring objects of its own zod 3; ours is zod 4 and cannot read them. */
interface Zod3Schema {
  _def: Zod3Definition;
}
type Zod3Definition = { typeName?: string; description?: string } & Record<string, unknown>;

/** Deeper schemas are recursive ones, which a model cannot be shown whole. */
const DEEPEST = 12;

/** JSON Schema (draft 7) of a zod-3 schema: shape, alternatives and descriptions; refinements are left to the tool itself. */
export function zod3ToJsonSchema(schema: unknown, depth = 0): JsonObject {
  if (!isZod3(schema) || depth > DEEPEST) return {};
  const converted = convert(schema._def, (inner) => zod3ToJsonSchema(inner, depth + 1));
  return schema._def.description === undefined ? converted : { ...converted, description: schema._def.description };
}

export function isZod3(schema: unknown): schema is Zod3Schema {
  return typeof schema === 'object' && schema !== null && '_def' in schema && !('_zod' in schema);
}

type Convert = (inner: unknown) => JsonObject;

const CONVERTERS: Record<string, (definition: Zod3Definition, inner: Convert) => JsonObject> = {
  ZodString: () => ({ type: 'string' }),
  ZodNumber: ({ checks }) => ({ type: (checks as Array<{ kind: string }> | undefined)?.some((check) => check.kind === 'int') ? 'integer' : 'number' }),
  ZodBoolean: () => ({ type: 'boolean' }),
  ZodDate: () => ({ type: 'string', format: 'date-time' }),
  ZodNull: () => ({ type: 'null' }),
  ZodLiteral: ({ value }) => ({ const: value as JsonValue }),
  ZodEnum: ({ values }) => ({ enum: values as JsonValue[] }),
  ZodNativeEnum: ({ values }) => ({ enum: Object.values(values as Record<string, JsonValue>) }),
  ZodObject: objectSchema,
  ZodRecord: ({ valueType }, inner) => ({ type: 'object', additionalProperties: inner(valueType) }),
  ZodArray: ({ type }, inner) => ({ type: 'array', items: inner(type) }),
  ZodTuple: ({ items }, inner) => ({ type: 'array', items: (items as unknown[]).map(inner) }),
  ZodUnion: ({ options }, inner) => ({ anyOf: (options as unknown[]).map(inner) }),
  ZodDiscriminatedUnion: ({ options }, inner) => ({ anyOf: [...(options as Iterable<unknown>)].map(inner) }),
  ZodIntersection: ({ left, right }, inner) => ({ allOf: [inner(left), inner(right)] }),
  ZodNullable: ({ innerType }, inner) => ({ anyOf: [inner(innerType), { type: 'null' }] }),
  ZodDefault: ({ innerType }, inner) => inner(innerType),
  ZodOptional: ({ innerType }, inner) => inner(innerType),
  ZodCatch: ({ innerType }, inner) => inner(innerType),
  ZodReadonly: ({ innerType }, inner) => inner(innerType),
  ZodBranded: ({ type }, inner) => inner(type),
  ZodEffects: ({ schema }, inner) => inner(schema),
  ZodPipeline: (definition, inner) => inner(definition.in),
  ZodLazy: ({ getter }, inner) => inner((getter as () => unknown)()),
};

/** An unknown kind allows anything: the tool still validates what it gets. */
function convert(definition: Zod3Definition, inner: Convert): JsonObject {
  return CONVERTERS[definition.typeName ?? '']?.(definition, inner) ?? {};
}

function objectSchema({ shape }: Zod3Definition, inner: Convert): JsonObject {
  const fields = Object.entries((typeof shape === 'function' ? shape() : shape) as Record<string, unknown>);
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(([name, field]) => [name, inner(field)])),
    required: fields.filter(([, field]) => !mayBeMissing(field)).map(([name]) => name),
    additionalProperties: false,
  };
}

function mayBeMissing(field: unknown): boolean {
  if (!isZod3(field)) return true;
  const { typeName, innerType, schema } = field._def;
  if (['ZodOptional', 'ZodDefault', 'ZodCatch', 'ZodAny', 'ZodUnknown'].includes(typeName ?? '')) return true;
  return (typeName === 'ZodNullable' && mayBeMissing(innerType)) || (typeName === 'ZodEffects' && mayBeMissing(schema));
}
