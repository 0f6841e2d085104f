/**
 * Dotted keys that a parsed document lacks. A list is entered by index (`items.0.name`).
 * A key that itself has dots is found by its whole name.
 */
export function missingKeys(document: unknown, keys: readonly string[]): string[] {
  return keys.filter((key) => !hasKey(document, key.split('.')));
}

function hasKey(value: unknown, [first, ...rest]: string[]): boolean {
  if (first === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  if (rest.length > 0 && Object.hasOwn(value, [first, ...rest].join('.'))) return true;
  return Object.hasOwn(value, first) && hasKey((value as Record<string, unknown>)[first], rest);
}
