import { z } from 'zod';
import type { JsonObject, JsonValue } from '../kernel';
import type { OutputSchema } from '../router';

/**
 * Keywords every vendor's constrained decoding takes. The rest (lengths, ranges, patterns, large counts) is refused by some
 * of them with a 400, so zod alone enforces it after the answer.
 */
const KEPT_KEYWORDS = new Set(['type', 'properties', 'required', 'additionalProperties', 'enum', 'const', 'anyOf', 'items', 'minItems', 'description']);

/**
 * What a model is told about the shape of its answer. Stricter than the zod type it comes from, as constrained decoding
 * demands: every property required, none added, `null` the first of the alternatives.
 */
export function outputSchema(name: string, type: z.ZodType): OutputSchema {
  return { name, schema: strict(z.toJSONSchema(type, { target: 'draft-7', io: 'input' }) as JsonObject) };
}

function strict(schema: JsonObject): JsonObject {
  const kept = Object.fromEntries(Object.entries(schema).filter(([keyword]) => KEPT_KEYWORDS.has(keyword)));
  const properties = schema.properties as JsonObject | undefined;
  return {
    ...kept,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, strict(value as JsonObject)])),
      required: Object.keys(properties),
      additionalProperties: false,
    }),
    ...(isObject(schema.items) && { items: strict(schema.items) }),
    ...(typeof schema.minItems === 'number' && { minItems: Math.min(schema.minItems, 1) }),
    ...(Array.isArray(schema.anyOf) && { anyOf: nullFirst(schema.anyOf) }),
  };
}

function nullFirst(alternatives: JsonValue[]): JsonObject[] {
  const rank = (alternative: JsonObject) => (alternative.type === 'null' ? 0 : 1);
  return (alternatives as JsonObject[]).map(strict).sort((left, right) => rank(left) - rank(right));
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
