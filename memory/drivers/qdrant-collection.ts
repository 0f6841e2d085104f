import type { Schemas } from '@qdrant/js-client-rest';
import type { Logger } from '../../kernel';
import { DimensionMismatchError, MemoryDownError, MemoryRefusedError } from '../errors';
import type { Vector } from '../memory-store';
import { type QdrantConnection, notQdrant } from './qdrant-connection';
import { INDEXED_FIELDS, WORDS, modelOf, vectorName } from './qdrant-points';

/** The team's collection: made and checked on first use, made again when somebody has deleted it meanwhile. */
export class QdrantCollection {
  readonly #path: string;
  #ready: Promise<void> | undefined;
  #dimensions = new Map<string, number>();
  #indexed = new Set<string>();

  constructor(private readonly connection: QdrantConnection, private readonly name: string, private readonly log: Logger) {
    this.#path = `/collections/${encodeURIComponent(name)}`;
  }

  /**
   * @param path below the collection, for instance `/points/count`
   * @param vectors whose models the body names: when the collection has to be made again, they are too
   */
  async ask<T>(method: 'PUT' | 'POST', path: string, body: object, { vectors = [], signal }: { vectors?: readonly Vector[]; signal?: AbortSignal } = {}): Promise<T> {
    await this.#prepared();
    const answer = await this.connection.ask<T>(method, this.#path + path, body, signal).catch(async (error: unknown) => {
      if (!(error instanceof MemoryRefusedError) || !(await this.#lacksOne(vectors))) throw error;
    });
    if (answer !== undefined) return answer;
    this.log.warn('The collection of the memory is gone from Qdrant; it is made again.', { collection: this.name });
    this.#ready = undefined;
    await this.#prepared();
    for (const vector of vectors) await this.addModel(vector);
    return (await this.connection.ask<T>(method, this.#path + path, body, signal)) ?? this.#gone();
  }

  /** Another process has made the collection again, without the models this one believes there. */
  async #lacksOne(vectors: readonly Vector[]): Promise<boolean> {
    await this.#look();
    return vectors.some(({ model }) => !this.#dimensions.has(model));
  }

  /** Dimension of each model's vectors. */
  async dimensions(): Promise<ReadonlyMap<string, number>> {
    await this.#prepared();
    await this.#look();
    return this.#dimensions;
  }

  /** Has the collection vectors of this model? @throws {DimensionMismatchError} */
  async knows({ model, values }: Vector): Promise<boolean> {
    await this.#prepared();
    // Another process may have brought the model in since.
    if (!this.#dimensions.has(model)) await this.#look();
    const kept = this.#dimensions.get(model);
    if (kept !== undefined && kept !== values.length) throw new DimensionMismatchError(model, values.length, kept);
    return kept !== undefined;
  }

  /** Makes room for the model's vectors. @throws {DimensionMismatchError} */
  async addModel(vector: Vector): Promise<void> {
    if (await this.knows(vector)) return;
    const config: Schemas['VectorNameConfig'] = { dense: { size: vector.values.length, distance: 'Cosine' } };
    await this.#unlessOtherWas(async () => await this.connection.ask('PUT', `${this.#path}/vectors/${encodeURIComponent(vectorName(vector.model))}?wait=true`, config), async () => await this.knows(vector));
  }

  /** One at a time in this process. */
  async #prepared(): Promise<void> {
    this.#ready ??= this.#prepare();
    try {
      await this.#ready;
    } catch (error) {
      this.#ready = undefined;
      throw error;
    }
  }

  async #prepare(): Promise<void> {
    if (!(await this.#look())) {
      this.log.info('The memory makes its collection in Qdrant.', { collection: this.name });
      const config: Schemas['CreateCollection'] = { vectors: {}, sparse_vectors: { [WORDS]: { modifier: 'idf' } } };
      await this.#unlessOtherWas(async () => await this.connection.ask('PUT', this.#path, config), async () => await this.#look());
    }
    // Whoever made the collection may have been cut off before its last index.
    for (const [field_name, field_schema] of Object.entries(INDEXED_FIELDS)) {
      if (!this.#indexed.has(field_name)) await this.connection.ask('PUT', `${this.#path}/index?wait=true`, { field_name, field_schema } satisfies Schemas['CreateFieldIndex']);
    }
  }

  /** Another process may do the same at this moment: what is there afterwards counts. */
  async #unlessOtherWas(make: () => Promise<unknown>, isThere: () => Promise<boolean>): Promise<void> {
    try {
      await make();
    } catch (error) {
      if (!(error instanceof MemoryRefusedError) || !(await isThere())) throw error;
    }
    if (!(await isThere())) throw new MemoryRefusedError(`What answers at ${this.connection.address} did not make what the memory needs there.`, { hint: 'The memory needs Qdrant 1.19 or newer; see that the "Qdrant URL" is that of Qdrant itself.' });
  }

  /** @returns is it there? @throws {MemoryRefusedError} when it is somebody else's */
  async #look(): Promise<boolean> {
    const info = await this.connection.ask<Schemas['CollectionInfo']>('GET', this.#path);
    if (info && !(info as Partial<typeof info>).config) notQdrant(this.connection.address);
    const params = info?.config.params;
    this.#indexed = new Set(Object.keys(info?.payload_schema ?? {}));
    this.#dimensions = new Map(Object.entries(params?.vectors ?? {}).flatMap(([name, vector]) => {
      const model = modelOf(name);
      return model === undefined ? [] : [[model, Number((vector as Schemas['VectorParams']).size)] as const];
    }));
    if (info && !params?.sparse_vectors?.[WORDS]) {
      throw new MemoryRefusedError(`The collection "${this.name}" in Qdrant at ${this.connection.address} is not a team's memory: it has no sparse vector "${WORDS}".`, { hint: 'Rename or remove that collection, or give the team another name; the memory makes its own collection.' });
    }
    return info !== undefined;
  }

  #gone(): never {
    throw new MemoryDownError(this.connection.address, `the collection "${this.name}" is deleted again and again`);
  }
}
