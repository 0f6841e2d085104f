import { sha256 } from '../kernel';
import { ProjectRefusedError } from './errors';
import { refusalOf } from './safe-path';

const MAX_CHARACTERS = 200;
const PLAIN = /^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/;
const SLUG_CHARACTERS = 40;
const HASH_DIGITS = 10;

/**
 * The folder of a project whose name comes from an item. A plain name is its own folder; another keeps what can be kept of it and a hash,
 * so that "Shop", "shop" and "Shöp" are three projects on every disk.
 *
 * @throws {ProjectRefusedError} when the name reads like a way out of the folder
 */
export function projectFolder(project: string): string {
  const name = String(project).normalize('NFC').trim();
  if (name === '') throw new ProjectRefusedError(name, 'it is empty');
  if (name.length > MAX_CHARACTERS) throw new ProjectRefusedError(name, `it has ${name.length} characters, at most ${MAX_CHARACTERS} are allowed`);
  // A colon or a question mark is harmless in a name that is hashed; what is left of the path rules is not.
  const why = name.startsWith('.') ? 'it starts with a dot' : refusalOf(name.replace(/[:<>"|?*]/g, '-').replace(/[. ]+$/, ''));
  if (why && !why.includes('reserved on Windows')) throw new ProjectRefusedError(name, why);
  if (PLAIN.test(name) && why === undefined) return name;
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, SLUG_CHARACTERS);
  return `${slug || 'project'}~${sha256(name).slice(0, HASH_DIGITS)}`;
}
