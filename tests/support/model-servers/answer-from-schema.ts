import type { JsonObject, JsonValue } from '../../../kernel';
import { valueForSchema } from '../../../router';

/** The servers' own answer: fits the schema, comes from the schema alone and is always the same. */
export function answerFromSchema(schema: JsonObject): JsonValue {
  return valueForSchema(schema);
}
