import { createHash } from 'node:crypto';
import type { Clock } from '../../kernel';
import { FileConflictError, FileNotFoundError, FileTooLargeError } from '../errors';
import type { FileFacts, FileStore, FileStores, PutOptions, SpaceKind, StoredContent } from '../file-store';
import { BucketRefusedError } from '../object-store-errors';
import { plainEtag, readListing, type ListedObject } from '../s3-answers';
import { refusalOf } from '../safe-path';
import { MOST_READ_BYTES, S3Client, type S3Outcome, type S3Settings } from './s3-client';

export interface S3FileStoresOptions extends S3Settings {
  /** What of the bucket is this team's: its objects are called `<prefix>/<kind>/<project>/<path>`. */
  prefix: string;
  clock: Clock;
  /** Is the bucket on this machine or in the user's own network? Default false: nothing secret is written to it. */
  local?: boolean;
}

/** In the order in which a project is deleted. */
const KINDS: readonly SpaceKind[] = ['files', 'versions'];
const MOST_LISTED = 100_000;
const MOST_REMEMBERED = 20_000;
/** Heads asked at once when a listing meets objects whose author it does not know yet. */
const HEADS_AT_ONCE = 8;
const AUTHOR_HEADER = 'x-amz-meta-author';

/**
 * Projects in a bucket, for workers without a common disk. A file's version is its ETag; writes are conditional (If-Match, If-None-Match),
 * which AWS and MinIO carry out atomically. Deleting looks first: not every server knows conditions there.
 */
export function openS3FileStores({ prefix, clock, local = false, ...settings }: S3FileStoresOptions): FileStores {
  const client = new S3Client(settings, clock);
  const authors = new Map<string, string | undefined>();
  // Nobody asks of a history who wrote what lies there; so no object is looked at by itself.
  const authorless = (root: string) => new S3FileStore({ client, settings, authors, kind: 'versions', root });
  return {
    local,
    open: (project, kind) => new S3FileStore({ client, settings, authors, kind, root: `${prefix}/${kind}/${project}/` }),
    async folders() {
      const found = await Promise.all(KINDS.map(async (kind) => await authorless(`${prefix}/${kind}/`).list()));
      return [...new Set(found.flat().map(({ path }) => path.split('/')[0]!))].sort();
    },
    async remove(project) {
      for (const kind of KINDS) {
        const space = authorless(`${prefix}/${kind}/${project}/`);
        // By name, which in the history is the objects first and the mark after them.
        for (const { path } of await space.list()) await space.delete(path);
      }
    },
  };
}

interface Space {
  client: S3Client;
  settings: S3Settings;
  /** Of objects as they stood, by key, ETag and time. */
  authors: Map<string, string | undefined>;
  kind: SpaceKind;
  /** With a slash at its end. */
  root: string;
}

class S3FileStore implements FileStore {
  constructor(private readonly space: Space) {}

  async get(path: string): Promise<StoredContent> {
    const outcome = await this.#ask('GET', path);
    if (!outcome.ok) throw new FileNotFoundError(path);
    if (outcome.bytes > MOST_READ_BYTES) throw new FileTooLargeError(path, outcome.bytes, MOST_READ_BYTES);
    return { ...factsIn(path, outcome.headers, outcome.body.length), content: outcome.body };
  }

  async put(path: string, content: Uint8Array, { author, expected }: PutOptions = {}): Promise<FileFacts> {
    const condition: Record<string, string> = expected === undefined ? {} : expected === null ? { 'if-none-match': '*' } : { 'if-match': `"${expected}"` };
    const headers = { ...condition, 'content-type': 'application/octet-stream', ...(author !== undefined && { [AUTHOR_HEADER]: encodeURIComponent(author) }) };
    const outcome = await this.space.client.ask({ method: 'PUT', key: this.#key(path), headers, body: content });
    if (outcome.ok) return { ...factsIn(path, outcome.headers, content.length), ...(author !== undefined && { author }) };
    const stands = await this.#head(path);
    // An answer that was lost on its way: the try before this one had written already, so its own condition holds no more.
    if (outcome.tries > 1 && stands?.version === createHash('md5').update(content).digest('hex') && stands.author === author) return stands;
    throw new FileConflictError(path, stands, expected ?? null);
  }

  async list(folder = ''): Promise<FileFacts[]> {
    const { root, kind } = this.space;
    const listed = await this.#listed(folder === '' ? root : `${root}${folder}/`);
    const files = listed.map((object) => ({ object, path: object.key.slice(root.length) })).filter(({ path }) => refusalOf(path) === undefined);
    if (kind === 'files') await this.#learnAuthors(files.map(({ object }) => object));
    const facts = files.map(({ object, path }) => {
      const author = this.space.authors.get(stampOf(object));
      return { path, bytes: object.bytes, version: object.etag, ...(author !== undefined && { author }), changedAtMs: object.changedAtMs };
    });
    return facts.sort((one, other) => (one.path < other.path ? -1 : 1));
  }

  async delete(path: string, { expected }: { expected?: string } = {}): Promise<void> {
    const stands = await this.#head(path);
    if (!stands && expected === undefined) throw new FileNotFoundError(path);
    if (expected !== undefined && stands?.version !== expected) throw new FileConflictError(path, stands, expected);
    const outcome = await this.#ask('DELETE', path, expected === undefined ? {} : { 'if-match': `"${expected}"` });
    if (!outcome.ok && outcome.status === 412) throw new FileConflictError(path, await this.#head(path), expected ?? null);
  }

  async #listed(prefix: string): Promise<ListedObject[]> {
    const objects: ListedObject[] = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const query = { 'list-type': '2', 'encoding-type': 'url', prefix, ...(next !== '' && { 'continuation-token': next }) };
      const outcome = await this.space.client.ask({ method: 'GET', key: '', query });
      const page = readListing(outcome.ok ? outcome.body.toString('utf8') : '');
      objects.push(...page.objects);
      if (objects.length > MOST_LISTED) throw new BucketRefusedError(this.space.settings, `below ${JSON.stringify(prefix)} are more than ${MOST_LISTED} objects`, 'Use a bucket of its own for the team, or a second project.');
      ({ next } = page);
    }
    return objects;
  }

  /** A listing does not tell who wrote an object; what was learnt once holds until the object changes. */
  async #learnAuthors(objects: readonly ListedObject[]): Promise<void> {
    const { authors, root } = this.space;
    if (authors.size > MOST_REMEMBERED) authors.clear();
    const unknown = objects.filter((object) => !authors.has(stampOf(object)));
    const learn = async () => {
      for (let object = unknown.pop(); object; object = unknown.pop()) authors.set(stampOf(object), (await this.#head(object.key.slice(root.length)))?.author);
    };
    await Promise.all(Array.from({ length: HEADS_AT_ONCE }, learn));
  }

  async #head(path: string): Promise<FileFacts | undefined> {
    const outcome = await this.#ask('HEAD', path);
    return outcome.ok ? factsIn(path, outcome.headers, outcome.bytes) : undefined;
  }

  async #ask(method: 'GET' | 'HEAD' | 'DELETE', path: string, headers: Record<string, string> = {}): Promise<S3Outcome> {
    return await this.space.client.ask({ method, key: this.#key(path), headers });
  }

  #key(path: string): string {
    return `${this.space.root}${path}`;
  }
}

function stampOf({ key, etag, changedAtMs }: ListedObject): string {
  return `${key}\n${etag}\n${changedAtMs}`;
}

/** A PUT tells no time of change; the server's own clock is near enough. */
function factsIn(path: string, headers: Headers, bytes: number): FileFacts {
  const author = headers.get(AUTHOR_HEADER);
  const changedAtMs = Date.parse(headers.get('last-modified') ?? headers.get('date') ?? '');
  return { path, bytes, version: plainEtag(headers.get('etag')), ...(author !== null && { author: decodedAuthor(author) }), changedAtMs: Number.isNaN(changedAtMs) ? 0 : changedAtMs };
}

/** Others may have written the header in their own way. */
function decodedAuthor(author: string): string {
  try {
    return decodeURIComponent(author);
  } catch {
    return author;
  }
}
