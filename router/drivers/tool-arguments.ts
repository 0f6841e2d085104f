import type { JsonObject } from '../../kernel';
import { argumentsOf } from '../written-calls/call-of-value';

/** Reads the arguments a model wrote for a tool; broken JSON is mended, `undefined` when it is no object even then. */
export function readToolArguments(text: string): JsonObject | undefined {
  return argumentsOf(text);
}
