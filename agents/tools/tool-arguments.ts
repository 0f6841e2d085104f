import { z } from 'zod';
import { InvalidInputError, type JsonObject } from '../../kernel';

/** The form in which vendors and Ollama take a tool's arguments. */
export function schemaOf(schema: z.ZodType): JsonObject {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) as JsonObject;
  return json;
}

/** @throws {InvalidInputError} in words a model can mend its call by */
export function argumentsOf<T>(schema: z.ZodType<T>, args: JsonObject): T {
  const parsed = schema.safeParse(args);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError(`The arguments are wrong: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`, { hint: 'Call the tool again with the arguments its schema names.', cause: parsed.error });
}
