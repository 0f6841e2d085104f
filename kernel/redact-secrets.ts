const MASK = '[hidden]';

// Shapes of keys that providers print back in error bodies, masked even when we do not know the key itself.
const KEY_SHAPES = [/\bsk-[A-Za-z0-9_-]{8,}/g, /\bBearer\s+[A-Za-z0-9._~+/=-]{8,}/gi, /(?<=:\/\/[^\s/@:]*:)[^\s/@]+(?=@)/g];

/**
 * Masks the known secrets, and whatever looks like a provider key, bearer token or URL password.
 *
 * @param secrets exact values to hide; those shorter than 6 characters are left alone, they would mask ordinary words
 */
export function redactSecrets(text: string, secrets: readonly string[] = []): string {
  const known = secrets.filter((secret) => secret.length >= 6).reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
  return KEY_SHAPES.reduce((masked, shape) => masked.replace(shape, MASK), known);
}
