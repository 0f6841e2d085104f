import type { Schemas } from '@qdrant/js-client-rest';
import type { MemoryItem, Scope } from '../memory-item';
import type { MemoryFilter, NewMemory } from '../memory-store';
import { soughtText } from '../sought-text';
import { sparseVectorOf } from '../sparse-words';
import { pauseAfterMs } from '../unreadable';

/** The one sparse vector of each point. */
export const WORDS = 'words';
const MODEL_PREFIX = 'model-';

/** What a point carries beside its vectors; times in ms since 1970. */
interface Payload extends Omit<MemoryItem, 'id' | 'scope' | 'outcomes' | 'expiresAtMs'> {
  scope: string;
  /** Unset: kept for ever. */
  expiresAtMs?: number;
  passed: number;
  failed: number;
  /** Of the text, as UTF-8; there is no other way to sum them up. */
  bytes: number;
  bands: readonly string[];
  /** Marks of the last outcomes that were noted. */
  noted?: readonly string[];
  /** An embedding model failed on the text. */
  unreadable?: { model: string; times: number; againAtMs: number };
}

/** More than can be noted between one's write and one's look whether it was done. */
const KEPT_MARKS = 16;
type Stored = { id: Schemas['ExtendedPointId']; payload?: unknown };

export const lastNoted = ({ payload }: Stored): readonly string[] => (payload as Payload).noted ?? [];

/** Counts one outcome, unless somebody has counted another one since the point was read. */
export function notedOnce({ id, payload }: Stored, outcome: 'passed' | 'failed', mark: string): Schemas['SetPayload'] {
  const { passed, failed, noted = [] } = payload as Payload;
  const asRead: Schemas['Condition'][] = [{ has_id: [id] }, { key: 'passed', match: { value: passed } }, { key: 'failed', match: { value: failed } }];
  return { payload: { [outcome]: (outcome === 'passed' ? passed : failed) + 1, noted: [...noted, mark].slice(-KEPT_MARKS) }, filter: { must: asRead } };
}

/** The model failed on the texts of these points: once more, or for the first time. */
export function failedOn({ id, payload }: Stored, model: string, nowMs: number): Schemas['SetPayload'] {
  const { unreadable } = payload as Payload;
  const times = unreadable?.model === model ? unreadable.times + 1 : 1;
  return { payload: { unreadable: { model, times, againAtMs: nowMs + pauseAfterMs(times) } satisfies Payload['unreadable'] }, filter: { must: [{ has_id: [id] }] } };
}

/** Fields that filters look at, and what kind of index each has. */
export const INDEXED_FIELDS: Record<string, Schemas['PayloadSchemaType']> = {
  kind: 'keyword', scope: 'keyword', privacy: 'keyword', bands: 'keyword', createdAtMs: 'integer', expiresAtMs: 'integer', passed: 'integer', failed: 'integer', bytes: 'integer', 'unreadable.model': 'keyword', 'unreadable.againAtMs': 'integer',
  'provenance.user': 'keyword', 'provenance.runId': 'keyword', 'provenance.project': 'keyword', 'provenance.role': 'keyword', 'provenance.source': 'keyword',
};

export function pointOf({ item, vector, bands }: NewMemory): Schemas['PointStruct'] {
  const { id, scope, outcomes, expiresAtMs, ...rest } = item;
  const text = item.text.toWellFormed().replaceAll('\0', ' ');
  const payload: Payload = { ...rest, text, scope: scopeKey(scope), ...outcomes, ...(expiresAtMs !== null && { expiresAtMs }), bytes: Buffer.byteLength(text), bands };
  return { id, payload: payload as unknown as Record<string, unknown>, vector: { [WORDS]: sparseVectorOf(soughtText({ ...item, text })), ...(vector && { [vectorName(vector.model)]: [...vector.values] }) } };
}

/**
 * Renewed points keep their counts of outcomes and the marks beside them, whoever notes one at this moment: these keys are not written; and no life becomes shorter. A point that is gone is made again.
 * An older vector stays where there is no new one: it is of a text that says the same.
 */
export function renewals(memories: readonly NewMemory[]): Schemas['UpdateOperations'] {
  const points = memories.map(pointOf);
  const ids = points.map(({ id }) => id);
  const endless = memories.filter(({ item }) => item.expiresAtMs === null).map(({ item }) => item.id);
  const written = points.flatMap(({ id, payload }): Schemas['UpdateOperation'][] => {
    const { passed: _passed, failed: _failed, expiresAtMs, ...rest } = payload as unknown as Payload;
    const isShorter = { must: [{ has_id: [id] }, { key: 'expiresAtMs', range: { lt: expiresAtMs } }] };
    return [{ set_payload: { points: [id], payload: rest as unknown as Record<string, unknown> } }, ...(expiresAtMs === undefined ? [] : [{ set_payload: { payload: { expiresAtMs }, filter: isShorter } }])];
  });
  return {
    operations: [
      { upsert: { points, update_mode: 'insert_only' } },
      ...written,
      { delete_payload: { points: ids, keys: ['unreadable'] } },
      ...(endless.length > 0 ? [{ delete_payload: { points: endless, keys: ['expiresAtMs'] } }] : []),
      { update_vectors: { points: points.map(({ id, vector }) => ({ id, vector })) } },
    ],
  };
}

export function itemOf({ id, payload }: { id: Schemas['ExtendedPointId']; payload?: unknown }): MemoryItem {
  const { kind, scope, text, privacy, provenance, createdAtMs, expiresAtMs, passed, failed } = payload as Payload;
  return { id: String(id), kind, scope: scopeOf(scope), text, privacy, provenance, createdAtMs, expiresAtMs: expiresAtMs ?? null, outcomes: { passed, failed } };
}

export const scopeKey = (scope: Scope): string => (scope.level === 'team' ? 'team' : `${scope.level}:${scope.of}`);

export function scopeOf(key: string): Scope {
  const [level, ...of] = key.split(':');
  return level === 'team' ? { level } : { level: level as 'user', of: of.join(':') };
}

/** Names of vectors become names of folders: all but letters, digits, "." and "-" is written as the hex of its bytes. */
export function vectorName(model: string): string {
  return MODEL_PREFIX + Buffer.from(model).reduce((name, byte) => name + (/[\w.-]/.test(String.fromCharCode(byte)) && byte !== 0x5f && byte < 0x80 ? String.fromCharCode(byte) : `_${byte.toString(16).padStart(2, '0')}`), '');
}

/** @returns undefined for a vector that is not one of ours */
export function modelOf(name: string): string | undefined {
  if (!name.startsWith(MODEL_PREFIX)) return undefined;
  const bytes = name.slice(MODEL_PREFIX.length).match(/_[0-9a-f]{2}|[^_]/g) ?? [];
  return Buffer.from(bytes.map((part) => (part.length === 3 ? Number.parseInt(part.slice(1), 16) : part.charCodeAt(0)))).toString();
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Qdrant knows UUIDs and numbers alone; nothing else can be one of ours. */
export const pointIds = (ids: readonly string[]): string[] => ids.filter((id) => UUID.test(id));

/** Not expired, and all that the filter says. Nothing is named twice: Qdrant's lists are sets. */
export function filterOf(filter: MemoryFilter, nowMs: number): Schemas['Filter'] {
  const must: Schemas['Condition'][] = [{ should: [{ is_empty: { key: 'expiresAtMs' } }, { key: 'expiresAtMs', range: { gt: nowMs } }] }];
  const oneOf = (key: string, values: readonly string[] | undefined) => values && must.push({ key, match: { any: [...new Set(values)] } });
  const is = (key: string, value: string | undefined) => value !== undefined && must.push({ key, match: { value } });
  oneOf('kind', filter.kinds);
  oneOf('privacy', filter.privacy);
  oneOf('scope', filter.scopes?.map(scopeKey));
  is('provenance.user', filter.user);
  is('provenance.runId', filter.runId);
  is('provenance.project', filter.project);
  is('provenance.role', filter.role);
  is('provenance.source', filter.source);
  if (filter.ids) must.push({ has_id: [...new Set(pointIds(filter.ids))] });
  if (filter.createdBeforeMs !== undefined) must.push({ key: 'createdAtMs', range: { lt: filter.createdBeforeMs } });
  if (filter.createdAfterMs !== undefined) must.push({ key: 'createdAtMs', range: { gt: filter.createdAfterMs } });
  const models = [filter.withoutVectorOf, filter.dueForVectorOf].filter((model) => model !== undefined);
  const mustNot: Schemas['Condition'][] = models.map((model) => ({ has_vector: vectorName(model) }));
  if (filter.dueForVectorOf !== undefined) mustNot.push({ must: [{ key: 'unreadable.model', match: { value: filter.dueForVectorOf } }, { key: 'unreadable.againAtMs', range: { gt: nowMs } }] });
  return { must, ...(mustNot.length > 0 && { must_not: mustNot }) };
}

/** A list with no entry lets nothing through; Qdrant would take some of them for no condition at all. */
export const letsNothingThrough = ({ ids, kinds, privacy, scopes }: MemoryFilter): boolean =>
  [ids && pointIds(ids), kinds, privacy, scopes].some((list) => list?.length === 0);
