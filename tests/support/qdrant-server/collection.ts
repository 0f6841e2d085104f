import { type Point, matches, valuesAt } from './filter';

type Json = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- bodies were judged by the OpenAPI file

/** What Qdrant refuses, as it would. */
export class Refusal {
  constructor(readonly status: number, readonly reason: string) {}
}

const bySmallerId = (one: Point, other: Point): number => (one.id < other.id ? -1 : 1);
const DEFAULT_LIMIT = 10;
const DEFAULT_RRF_K = 2;

/** One collection of the stub server, in memory. Behaves like Qdrant 1.19 as far as the team's memory asks it. */
export class StubCollection {
  readonly points = new Map<string, Point>();
  readonly dense = new Map<string, number>();
  readonly sparse = new Map<string, { modifier: string }>();
  readonly indexes = new Map<string, unknown>();

  constructor({ vectors = {}, sparse_vectors = {} }: Json) {
    for (const [name, { size }] of Object.entries(vectors as Json)) this.dense.set(name, size);
    for (const [name, { modifier = 'none' }] of Object.entries(sparse_vectors as Json)) this.sparse.set(name, { modifier });
  }

  info(): Json {
    return {
      status: 'green', optimizer_status: 'ok', segments_count: 1, points_count: this.points.size, payload_schema: Object.fromEntries([...this.indexes].map(([name, type]) => [name, { data_type: type, points: 0 }])),
      config: { params: { vectors: Object.fromEntries([...this.dense].map(([name, size]) => [name, { size, distance: 'Cosine' }])), sparse_vectors: Object.fromEntries(this.sparse) }, hnsw_config: {}, optimizer_config: {} },
    };
  }

  addVectorName(name: string, { dense }: Json): void {
    if (this.dense.has(name)) throw new Refusal(400, `Wrong input: Vector name ${name} already exists`);
    this.dense.set(name, dense.size);
  }

  upsert({ points: given, update_mode: mode = 'upsert' }: Json): void {
    const points = mode === 'insert_only' ? (given as Json[]).filter(({ id }) => !this.points.has(id)) : given;
    const made = (points as Json[]).map(({ id, payload = {}, vector }) => this.#withVectors({ id, payload, dense: new Map(), sparse: new Map() }, vector));
    for (const point of made) this.points.set(point.id, point);
  }

  updateVectors({ points }: Json): void {
    for (const { id } of points as Json[]) if (!this.points.has(id)) throw new Refusal(404, `Not found: No point with id ${id} found`);
    for (const { id, vector } of points as Json[]) this.#withVectors(this.points.get(id)!, vector);
  }

  #withVectors(point: Point, vectors: Json): Point {
    for (const [name, vector] of Object.entries(vectors)) {
      if (Array.isArray(vector)) {
        const size = this.dense.get(name);
        if (size === undefined) throw new Refusal(400, `Wrong input: Not existing vector name error: ${name}`);
        if (size !== vector.length) throw new Refusal(400, `Wrong input: Vector dimension error: expected dim: ${size}, got ${vector.length}`);
        point.dense.set(name, normalised(vector as number[]));
      } else {
        if (!this.sparse.has(name)) throw new Refusal(400, `Wrong input: Not existing vector name error: ${name}`);
        if (new Set(vector.indices).size !== vector.indices.length || vector.indices.length !== vector.values.length) throw new Refusal(422, 'Validation error: must be unique');
        point.sparse.set(name, new Map((vector.indices as number[]).map((index, at) => [index, vector.values[at]])));
      }
    }
    return point;
  }

  #found(filter: Json | undefined): Point[] {
    return [...this.points.values()].filter((point) => matches(filter, point));
  }

  count({ filter }: Json): Json {
    return { count: this.#found(filter).length };
  }

  remove({ filter, points }: Json): void {
    const ids = points ?? this.#found(filter).map(({ id }) => id);
    for (const id of ids) this.points.delete(id);
  }

  setPayload({ filter, points, payload }: Json): void {
    for (const point of this.#named({ filter, points })) Object.assign(point.payload, payload);
  }

  deletePayload({ filter, points, keys }: Json): void {
    for (const point of this.#named({ filter, points })) for (const key of keys as string[]) delete point.payload[key];
  }

  /** One after the other: what an earlier one did stays when a later one is refused. */
  batch({ operations }: Json): void {
    for (const { upsert, set_payload: set, delete_payload: unset, update_vectors: vectors } of operations as Json[]) {
      if (upsert) this.upsert(upsert);
      else if (set) this.setPayload(set);
      else if (unset) this.deletePayload(unset);
      else if (vectors) this.updateVectors(vectors);
      else throw new Refusal(501, 'The stub does not know this operation');
    }
  }

  #named({ filter, points }: Json): Point[] {
    return points ? (points as string[]).flatMap((id) => this.points.get(id) ?? []) : this.#found(filter);
  }

  facet({ key, filter, limit = DEFAULT_LIMIT }: Json): Json {
    this.#mustBeIndexed(key);
    const counts = new Map<unknown, number>();
    for (const point of this.#found(filter)) for (const value of new Set(valuesAt(point.payload, key))) counts.set(value, (counts.get(value) ?? 0) + 1);
    const hits = [...counts].map(([value, count]) => ({ value, count })).sort((one, other) => other.count - one.count || (String(one.value) < String(other.value) ? -1 : 1));
    return { hits: hits.slice(0, limit) };
  }

  scroll({ filter, limit = DEFAULT_LIMIT, offset, order_by: order }: Json): Json {
    if (order && offset) throw new Refusal(400, 'Wrong input: Cannot use an `offset` when using `order_by`');
    if (order) this.#mustBeIndexed(order.key);
    const found = this.#found(filter).sort(bySmallerId);
    const value = (point: Point) => Number(valuesAt(point.payload, order.key)[0]);
    // Which of equal ones comes first Qdrant does not say: here it is the one with the greater id, so that nobody relies on the other.
    const sorted = order ? found.reverse().sort((one, other) => (order.direction === 'desc' ? value(other) - value(one) : value(one) - value(other))) : found.filter(({ id }) => offset === undefined || offset === null || id >= offset);
    const page = sorted.slice(0, limit);
    return { points: page.map(({ id, payload }) => ({ id, payload: structuredClone(payload) })), next_page_offset: order ? null : (sorted[limit]?.id ?? null) };
  }

  query(request: Json): Json {
    const { limit = DEFAULT_LIMIT, with_payload: withPayload = false } = request;
    const scored = this.#scored(request).slice(0, limit);
    return { points: scored.map(({ point, score }) => ({ id: point.id, version: 0, score, ...(withPayload && { payload: structuredClone(point.payload) }) })) };
  }

  #scored({ prefetch, query, using, filter, limit = DEFAULT_LIMIT }: Json): Array<{ point: Point; score: number }> {
    if (query.rrf ?? query.fusion) return fused((prefetch as Json[]).map((part) => this.#scored(part)), query.rrf?.k ?? DEFAULT_RRF_K);
    const score = Array.isArray(query) ? this.#cosine(using, query as number[]) : this.#sparseProduct(using, query);
    return this.#found(filter).flatMap((point) => {
      const value = score(point);
      return value === undefined ? [] : [{ point, score: value }];
    }).sort((one, other) => other.score - one.score).slice(0, limit);
  }

  #cosine(name: string, query: number[]): (point: Point) => number | undefined {
    const size = this.dense.get(name);
    if (size === undefined) throw new Refusal(400, `Wrong input: Not existing vector name error: ${name}`);
    if (size !== query.length) throw new Refusal(400, `Wrong input: Vector dimension error: expected dim: ${size}, got ${query.length}`);
    const wanted = normalised(query);
    return ({ dense }) => {
      const vector = dense.get(name);
      let sum = 0;
      for (let index = 0; vector && index < size; index++) sum += vector[index]! * wanted[index]!;
      return vector && sum;
    };
  }

  /** With the IDF modifier each index counts as much as it is rare: ln((N - n + .5) / (n + .5) + 1). */
  #sparseProduct(name: string, { indices, values }: Json): (point: Point) => number | undefined {
    const { modifier } = this.sparse.get(name) ?? (() => { throw new Refusal(400, `Wrong input: Not existing vector name error: ${name}`); })();
    const all = [...this.points.values()].filter(({ sparse }) => sparse.has(name));
    const weights = (indices as number[]).map((index, at) => {
      const having = all.filter(({ sparse }) => sparse.get(name)!.has(index)).length;
      return { index, weight: values[at] * (modifier === 'idf' ? Math.log((all.length - having + 0.5) / (having + 0.5) + 1) : 1) };
    });
    return ({ sparse }) => {
      const shared = weights.filter(({ index }) => sparse.get(name)?.has(index));
      return shared.length === 0 ? undefined : shared.reduce((sum, { index, weight }) => sum + weight * sparse.get(name)!.get(index)!, 0);
    };
  }

  #mustBeIndexed(key: string): void {
    if (!this.indexes.has(key)) throw new Refusal(400, `Bad request: Index required but not found for "${key}"`);
  }
}

function fused(lists: Array<Array<{ point: Point }>>, k: number): Array<{ point: Point; score: number }> {
  const sums = new Map<Point, number>();
  for (const part of lists) for (const [place, { point }] of part.entries()) sums.set(point, (sums.get(point) ?? 0) + 1 / (k + place));
  return [...sums].map(([point, score]) => ({ point, score })).sort((one, other) => other.score - one.score);
}

function normalised(values: number[]): Float32Array {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) || 1;
  return Float32Array.from(values, (value) => value / length);
}
