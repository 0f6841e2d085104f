import { InvalidInputError } from '../../kernel';

/** What people copy together with the address of their editor. */
const BEHIND_THE_ADDRESS = /\/(?:home|workflow|workflows|projects|settings|signin|setup|api\/v1|webhook)(?:\/.*)?$/;

/**
 * The base address of an n8n, without a slash at its end.
 *
 * @param text as typed; may be an address of the editor
 * @throws {InvalidInputError} when it is no http address, or carries a password
 */
export function n8nAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const example = 'Write it like http://localhost:5678.';
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw new InvalidInputError(`"${text}" is no address of an n8n.`, { hint: example });
  if (url.username || url.password) throw new InvalidInputError('The address holds a user name or password.', { hint: `${example} n8n's API takes a key only.` });
  return `${url.origin}${url.pathname.replace(BEHIND_THE_ADDRESS, '')}`.replace(/\/+$/, '');
}
