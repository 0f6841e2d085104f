import { promisify } from 'node:util';
import { crc32, deflateRaw, inflateRaw } from 'node:zlib';
import { ArchiveRefusedError } from './errors';
import { safePath } from './safe-path';

/** A file by its name and content. */
export interface NamedContent {
  path: string;
  content: Buffer;
}

export interface ArchiveLimits {
  files: number;
  fileBytes: number;
  totalBytes: number;
}

// PKWARE APPNOTE 6.3.10, sections 4.3 and 4.4: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (read 2026-11-21)
const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const END = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;
const VERSION_NEEDED = 20;
const MADE_ON_UNIX = (3 << 8) | VERSION_NEEDED;
const UTF8_NAMES = 0x0800;
const ENCRYPTED = 0x0001;
const STORED = 0;
const DEFLATED = 8;
/** 1980-01-01: the same files always make the same bytes. */
const NO_DATE = 0x0021;
const REGULAR_FILE_MODE = 0o100644;
const FILE_TYPE_MASK = 0o170000;
const REGULAR_FILE = 0o100000;
const FOLDER = 0o040000;

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw) as (data: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>;

/** The same files always make the same bytes. */
export async function zipped(files: readonly NamedContent[]): Promise<Buffer> {
  const bodies: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const { path, content } of files) {
    const name = Buffer.from(path, 'utf8');
    const packed = await deflate(content);
    const facts = entryFacts(name, content, packed);
    const local = Buffer.alloc(4);
    local.writeUInt32LE(LOCAL_HEADER);
    bodies.push(local, facts, name, packed);
    entries.push(centralEntry(facts, offset), name);
    offset += LOCAL_HEADER_BYTES + name.length + packed.length;
  }
  const directory = Buffer.concat(entries);
  return Buffer.concat([...bodies, directory, endRecord(files.length, directory.length, offset)]);
}

/** What local header and directory entry have in common. */
function entryFacts(name: Buffer, content: Buffer, packed: Buffer): Buffer {
  const facts = Buffer.alloc(LOCAL_HEADER_BYTES - 4);
  facts.writeUInt16LE(VERSION_NEEDED, 0);
  facts.writeUInt16LE(UTF8_NAMES, 2);
  facts.writeUInt16LE(DEFLATED, 4);
  facts.writeUInt16LE(NO_DATE, 8);
  facts.writeUInt32LE(crc32(content), 10);
  facts.writeUInt32LE(packed.length, 14);
  facts.writeUInt32LE(content.length, 18);
  facts.writeUInt16LE(name.length, 22);
  return facts;
}

function centralEntry(facts: Buffer, offset: number): Buffer {
  const entry = Buffer.alloc(ENTRY_BYTES);
  entry.writeUInt32LE(ENTRY, 0);
  entry.writeUInt16LE(MADE_ON_UNIX, 4);
  facts.copy(entry, 6);
  entry.writeUInt32LE((REGULAR_FILE_MODE << 16) >>> 0, 38);
  entry.writeUInt32LE(offset, 42);
  return entry;
}

function endRecord(count: number, directoryBytes: number, directoryOffset: number): Buffer {
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(directoryOffset, 16);
  return end;
}

/**
 * Reads a zip into memory and nowhere else. Refused as a whole: links and devices, paths that leave, two entries of one name, encryption,
 * and what unpacks to more than it says or the limits allow.
 *
 * @returns sorted by path
 * @throws {ArchiveRefusedError}
 */
export async function unzipped(archive: Uint8Array, limits: ArchiveLimits): Promise<NamedContent[]> {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  try {
    const entries = directoryOf(bytes, limits);
    const files: NamedContent[] = [];
    for (const entry of entries) files.push({ path: entry.path, content: await contentOf(bytes, entry) });
    return files.sort((a, b) => (a.path < b.path ? -1 : 1));
  } catch (error) {
    if (error instanceof RangeError) throw new ArchiveRefusedError('it is damaged, or no zip', error);
    throw error;
  }
}

interface Entry {
  path: string;
  name: Buffer;
  method: number;
  crc: number;
  packedBytes: number;
  bytes: number;
  offset: number;
}

function directoryOf(bytes: Buffer, limits: ArchiveLimits): Entry[] {
  const end = endOf(bytes);
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  // Folders have entries of their own.
  if (count > 2 * limits.files) throw new ArchiveRefusedError(`it has ${count} entries, at most ${limits.files} files are allowed`);
  const entries: Entry[] = [];
  for (let index = 0; index < count; index++) {
    const next = entryAt(bytes, at);
    at = next.end;
    if (next.entry) entries.push(next.entry);
  }
  assertAllowed(entries, limits);
  return entries;
}

function endOf(bytes: Buffer): number {
  for (let at = bytes.length - END_BYTES; at >= Math.max(0, bytes.length - END_BYTES - MAX_COMMENT_BYTES); at--) {
    if (bytes.readUInt32LE(at) === END) return at;
  }
  throw new ArchiveRefusedError('it is no zip');
}

/** @returns no entry for a folder; files make their folders */
function entryAt(bytes: Buffer, at: number): { entry?: Entry; end: number } {
  if (bytes.readUInt32LE(at) !== ENTRY) throw new ArchiveRefusedError('its directory is damaged');
  const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) => bytes.readUInt16LE(at + place)) as [number, number, number];
  const name = bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes);
  const end = at + ENTRY_BYTES + nameBytes + extraBytes + commentBytes;
  const asked = name.toString('utf8');
  const isFolder = asked.endsWith('/');
  const path = safeName(isFolder ? asked.slice(0, -1) : asked);
  assertPlain(path, bytes.readUInt32LE(at + 38) >>> 16, bytes.readUInt16LE(at + 8));
  if (isFolder) return { end };
  const method = bytes.readUInt16LE(at + 10);
  if (method !== STORED && method !== DEFLATED) throw new ArchiveRefusedError(`${JSON.stringify(path)} is packed in a way (${method}) that is not read here`);
  return { end, entry: { path, name, method, crc: bytes.readUInt32LE(at + 16), packedBytes: bytes.readUInt32LE(at + 20), bytes: bytes.readUInt32LE(at + 24), offset: bytes.readUInt32LE(at + 42) } };
}

function safeName(name: string): string {
  try {
    return safePath(name);
  } catch (error) {
    throw new ArchiveRefusedError(error instanceof Error ? error.message.replace(/\.$/, '') : 'a path in it is refused', error);
  }
}

function assertPlain(path: string, mode: number, flags: number): void {
  const type = mode & FILE_TYPE_MASK;
  if (type !== 0 && type !== REGULAR_FILE && type !== FOLDER) throw new ArchiveRefusedError(`${JSON.stringify(path)} is a link or a device`);
  if (flags & ENCRYPTED) throw new ArchiveRefusedError(`${JSON.stringify(path)} is encrypted`);
}

function assertAllowed(entries: readonly Entry[], limits: ArchiveLimits): void {
  if (entries.length > limits.files) throw new ArchiveRefusedError(`it has ${entries.length} files, at most ${limits.files} are allowed`);
  const large = entries.find(({ bytes }) => bytes > limits.fileBytes);
  if (large) throw new ArchiveRefusedError(`${JSON.stringify(large.path)} has ${large.bytes} bytes, at most ${limits.fileBytes} are allowed`);
  const totalBytes = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  if (totalBytes > limits.totalBytes) throw new ArchiveRefusedError(`it unpacks to ${totalBytes} bytes, at most ${limits.totalBytes} are allowed`);
  const names = new Set<string>();
  for (const { path } of entries) {
    // On some disks A and a are one file: which of the two would win there?
    const name = path.toLowerCase();
    if (names.has(name)) throw new ArchiveRefusedError(`${JSON.stringify(path)} is in it twice`);
    names.add(name);
  }
}

async function contentOf(bytes: Buffer, { path, name, method, crc, packedBytes, bytes: size, offset }: Entry): Promise<Buffer> {
  if (bytes.readUInt32LE(offset) !== LOCAL_HEADER) throw new ArchiveRefusedError(`${JSON.stringify(path)} is not where the directory says`);
  const [nameBytes, extraBytes] = [bytes.readUInt16LE(offset + 26), bytes.readUInt16LE(offset + 28)];
  // Another name here is what another program would unpack.
  if (!bytes.subarray(offset + LOCAL_HEADER_BYTES, offset + LOCAL_HEADER_BYTES + nameBytes).equals(name)) throw new ArchiveRefusedError(`${JSON.stringify(path)} has two names`);
  const start = offset + LOCAL_HEADER_BYTES + nameBytes + extraBytes;
  const packed = bytes.subarray(start, start + packedBytes);
  const content = method === STORED ? Buffer.from(packed) : await inflated(path, packed, size);
  if (content.length !== size || crc32(content) !== crc) throw new ArchiveRefusedError(`${JSON.stringify(path)} is not what its directory says`);
  return content;
}

async function inflated(path: string, packed: Buffer, size: number): Promise<Buffer> {
  try {
    // One more than it says: what goes beyond is cut at once, and a bomb never unpacks.
    return await inflate(packed, { maxOutputLength: size + 1 });
  } catch (error) {
    throw new ArchiveRefusedError(`${JSON.stringify(path)} is damaged or unpacks to more than it says`, error);
  }
}
