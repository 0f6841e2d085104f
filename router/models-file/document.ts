import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';
import { scanText } from '../../privacy';
import { ModelsFileError } from '../errors';

/** A models file larger than this is something else. */
const LARGEST_CHARACTERS = 1_000_000;

/** A parsed file that still knows where everything stands. JSON is read as the YAML it is. */
export interface FileDocument {
  value: unknown;
  /** Line of the value at this path, or of the nearest thing around it; from 1. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** @throws {ModelsFileError} for text that is no YAML, and for anything that looks like a key */
export function parseModelsDocument(text: string): FileDocument {
  if (text.length > LARGEST_CHARACTERS) throw new ModelsFileError(`The models file has ${text.length} characters; at most ${LARGEST_CHARACTERS} are read.`, { hint: 'Is it the right file?' });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (node: Node | undefined) => lines.linePos(node?.range?.[0] ?? 0).line;
  const [fault] = document.errors;
  if (fault) throw new ModelsFileError(`Line ${lines.linePos(fault.pos[0]).line} of the models file: ${fault.message}`, { hint: 'Correct the line; the file is YAML or JSON.' });
  refuseSecrets(document, lineAt);
  return { value: valueOf(document), lineOf: (path) => lineAt(nearestNode(document, path.map(String))) };
}

function valueOf(document: Document): unknown {
  try {
    // Refuses to expand more than 100 aliases: a small file must not become a huge value.
    return document.toJS();
  } catch (error) {
    throw new ModelsFileError(`The models file cannot be read: ${(error as Error).message}`, { hint: 'Write it without anchors and aliases.', cause: error });
  }
}

/** Names may stand with an underscore in the file and without one in the schema. */
function nearestNode(document: Document, path: readonly string[]): Node | undefined {
  let node: unknown = document.contents;
  for (const step of path) {
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && camelCase(String(key.value)) === camelCase(step)) : undefined;
    const inner: unknown = isMap(node) ? (pair?.value ?? pair?.key) : isCollection(node) ? node.items[Number(step)] : undefined;
    if (!isNode(inner)) break;
    node = inner;
  }
  return isNode(node) ? node : undefined;
}

function isCollection(node: unknown): node is { items: unknown[] } {
  return typeof node === 'object' && node !== null && 'items' in node;
}

export function camelCase(key: string): string {
  return key.trim().replace(/[_-]+([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}

const KEY_NAMES = /^(api|access|auth|secret|private)?[-_]?(key|token|secret|password|passwd|authorization|bearer|credentials?)s?$/i;

/** Files are copied, sent and committed: what opens an account has no place in this one. */
function refuseSecrets(document: Document, lineAt: (node: Node | undefined) => number): void {
  visit(document, (_, node) => {
    const key = isPair(node) && isScalar(node.key) ? node.key : undefined;
    if (key && KEY_NAMES.test(String(key.value))) throw secretError(lineAt(key), `the field "${String(key.value)}"`);
    if (isScalar(node) && typeof node.value === 'string' && holdsSecret(node.value)) throw secretError(lineAt(node), 'something that looks like a key');
    return undefined;
  });
}

function holdsSecret(text: string): boolean {
  const login = URL.canParse(text) && new URL(text).password !== '';
  return login || scanText(text).some(({ kind }) => kind === 'secret');
}

function secretError(line: number, what: string): ModelsFileError {
  return new ModelsFileError(`Line ${line} of the models file holds ${what}: keys never stand in it.`, { hint: 'Take it out and put the key into the credential "AIOS Team API". If the file was shared, make a new key.' });
}
