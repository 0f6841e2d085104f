import { isAlias, isMap, isNode, isScalar, LineCounter, parseDocument, visit, type Document, type Node, type Scalar } from 'yaml';
import { scanText } from '../../privacy';
import { splitFrontMatter } from './front-matter';
import { MAX_PROMPT_CHARACTERS, roleFileSchema, type RoleFile } from './role-schema';

/** Bytes; the largest sensible role is a twentieth of it. */
export const MAX_ROLE_FILE_BYTES = 64 * 1024;
/** Faults that are named at once; the rest shows when these are corrected. */
const MOST_FAULTS = 5;

/** Why a file is no role, for a person. */
export interface RoleFault {
  /** Of the file, from 1. */
  line: number;
  reason: string;
}
export type RoleReading = { ok: true; file: RoleFile; prompt: string } | { ok: false; fault: RoleFault };

/** Reads a role's file. Never throws, whatever the text. */
export function readRoleFile(text: string): RoleReading {
  if (Buffer.byteLength(text) > MAX_ROLE_FILE_BYTES) return refused(1, `it has ${Buffer.byteLength(text)} bytes; at most ${MAX_ROLE_FILE_BYTES} are read`);
  const split = splitFrontMatter(text);
  if ('problem' in split) return refused(split.line, split.problem);
  const lines = new LineCounter();
  const document = parseDocument(split.yaml, { lineCounter: lines, prettyErrors: false, schema: 'core' });
  // The front matter begins in the second line.
  const lineAt = (offset: number | undefined) => lines.linePos(offset ?? 0).line + 1;
  const [mistake] = [...document.errors, ...document.warnings];
  if (mistake) return refused(lineAt(mistake.pos[0]), mistake.message.split('\n', 1)[0]!);
  const alias = firstAlias(document);
  if (alias) return refused(lineAt(alias.range?.[0]), 'anchors and aliases ("&", "*") have no place in a role');
  const again = fieldTwice(document.contents);
  if (again) return refused(lineAt(again.range?.[0]), `the field ${JSON.stringify(String(again.value).slice(0, 40))} is there twice, with and without "_"; which of the two holds nobody can say`);
  const value = withOurNames(document.toJS() as unknown);
  const parsed = roleFileSchema.safeParse(value ?? {});
  if (!parsed.success) return refused(...shownFaults(parsed.error.issues, (path) => lineAt(nearestNode(document, path)?.range?.[0])));
  return whatElse(parsed.data, split.body, text);
}

function whatElse(file: RoleFile, prompt: string, text: string): RoleReading {
  if (prompt.length > MAX_PROMPT_CHARACTERS) return refused(1, `its text has ${prompt.length} characters; at most ${MAX_PROMPT_CHARACTERS} fit beside a task`);
  const secret = scanText(text).find(({ kind }) => kind === 'secret');
  if (secret) return refused(text.slice(0, secret.start).split('\n').length, 'it holds something that looks like a key; roles are copied and sent to models, so keys never stand in them');
  return { ok: true, file, prompt };
}

function refused(line: number, reason: string): RoleReading {
  return { ok: false, fault: { line, reason } };
}

function firstAlias(document: Document): Node | undefined {
  let found: Node | undefined;
  visit(document, (_, node) => {
    if (!isAlias(node) && !(isNode(node) && 'anchor' in node && node.anchor)) return undefined;
    found = node as Node;
    return visit.BREAK;
  });
  return found;
}

/** `time_s` and `timeS` are one field; the same name twice YAML refuses itself. */
function fieldTwice(node: unknown): Scalar | undefined {
  if (!isMap(node)) return undefined;
  const keys = node.items.map(({ key }) => key).filter(isScalar);
  const names = keys.map(({ value }) => camelCase(String(value)));
  return keys.find((_, index) => names.indexOf(names[index]!) < index) ?? node.items.map(({ key, value }) => (isScalar(key) && ['limits', 'paths'].includes(camelCase(String(key.value))) ? fieldTwice(value) : undefined)).find((found) => found !== undefined);
}

type Issues = ReadonlyArray<{ path: PropertyKey[]; message: string; code: string; keys?: string[] }>;

function shownFaults(issues: Issues, lineOf: (path: readonly PropertyKey[]) => number): [line: number, reason: string] {
  const all = issues.map(({ path, message, keys }) => {
    if (keys) return { line: lineOf([...path, keys[0]!]), text: `the field ${keys.map((key) => JSON.stringify(key.slice(0, 40))).join(', ')} is not known` };
    return { line: lineOf(path), text: path.length === 0 ? `the fields ${message}` : `${fieldOf(path)} ${message}` };
  });
  // One for each line: the second on a value that is wrong anyway says nothing new.
  const named = all.filter(({ line }, index) => all.findIndex((other) => other.line === line) === index).sort((left, right) => left.line - right.line);
  const [first, ...others] = named.slice(0, MOST_FAULTS);
  const more = named.length > MOST_FAULTS ? [`and ${named.length - MOST_FAULTS} more`] : [];
  return [first!.line, [first!.text, ...others.map(({ line, text }) => `line ${line}: ${text}`), ...more].join('; ')];
}

function fieldOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

/** Where the value at this path stands, or the nearest thing around it. */
function nearestNode(document: Document, path: readonly PropertyKey[]): Node | undefined {
  let node: unknown = document.contents;
  for (const step of path.map(String)) {
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && camelCase(String(key.value)) === camelCase(step)) : undefined;
    const inner: unknown = isMap(node) ? (isScalar(pair?.key) ? pair.key : undefined) : undefined;
    if (!isNode(inner)) break;
    if (step === String(path.at(-1))) return inner;
    node = isNode(pair?.value) ? pair.value : inner;
  }
  return isNode(node) ? node : undefined;
}

function camelCase(key: string): string {
  return key.trim().replace(/[_-]+([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}

/** `output_contract` and `time_s` as the schema has them; a JSON Schema's own names stay as they are. */
function withOurNames(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined).map(([key, inner]) => {
    const name = camelCase(key);
    return [name, ['limits', 'paths'].includes(name) && isRecord(inner) ? Object.fromEntries(Object.entries(inner).map(([field, limit]) => [camelCase(field), limit])) : inner];
  }));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
