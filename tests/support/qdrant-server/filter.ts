export interface Point {
  id: string;
  payload: Record<string, unknown>;
  dense: Map<string, Float32Array>;
  sparse: Map<string, Map<number, number>>;
}

type Json = Record<string, unknown>;
const list = (value: unknown): Json[] => (value === undefined || value === null ? [] : Array.isArray(value) ? (value as Json[]) : [value as Json]);

/** As Qdrant decides: all of `must`, one of `should`, none of `must_not`. */
export function matches(filter: Json | undefined, point: Point): boolean {
  if (!filter) return true;
  const should = list(filter.should);
  return list(filter.must).every((condition) => holds(condition, point)) && (should.length === 0 || should.some((condition) => holds(condition, point))) && !list(filter.must_not).some((condition) => holds(condition, point));
}

function holds(condition: Json, point: Point): boolean {
  if (condition.has_id) return (condition.has_id as string[]).includes(point.id);
  if (condition.has_vector) return point.dense.has(String(condition.has_vector)) || point.sparse.has(String(condition.has_vector));
  if (condition.is_empty) return valuesAt(point.payload, (condition.is_empty as { key: string }).key).length === 0;
  if (condition.key === undefined) return matches(condition, point);
  const values = valuesAt(point.payload, String(condition.key));
  const { match, range } = condition as { match?: { value?: unknown; any?: unknown[] }; range?: Record<'lt' | 'lte' | 'gt' | 'gte', number | undefined> };
  if (match) return values.some((value) => (match.any ? match.any.includes(value) : value === match.value));
  return values.some((value) => typeof value === 'number' && isWithin(value, range!));
}

function isWithin(value: number, { lt, lte, gt, gte }: Record<'lt' | 'lte' | 'gt' | 'gte', number | undefined>): boolean {
  return (lt === undefined || value < lt) && (lte === undefined || value <= lte) && (gt === undefined || value > gt) && (gte === undefined || value >= gte);
}

/** Fields of fields by dots; an array counts as its entries, null as nothing. */
export function valuesAt(payload: Json, key: string): unknown[] {
  const value = key.split('.').reduce<unknown>((part, name) => (part as Json | undefined)?.[name], payload);
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}
