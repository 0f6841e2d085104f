import { type JsonAnswer, type SeenRequest, startJsonServer } from '../json-server';
import { Refusal, StubCollection } from './collection';
import { readOpenApi } from './openapi';

export interface StubQdrant {
  url: string;
  requests: SeenRequest[];
  /** What the OpenAPI file does not allow, in words; each such request was refused. */
  faults: string[];
  collections: Map<string, StubCollection>;
  /** Next requests get this instead, in order; undefined: nothing goes wrong. */
  plan: Array<JsonAnswer | undefined>;
  /** While true every connection is cut. */
  down: boolean;
  close(): Promise<void>;
}

/**
 * A server on 127.0.0.1 that speaks Qdrant's REST API, keeps points in memory and judges every request by Qdrant's OpenAPI file.
 * A collection is made, filled, searched (dense, sparse with IDF, prefetch with RRF), scrolled, counted and deleted as in Qdrant 1.19.
 */
export async function startStubQdrant({ openApiFile, apiKey }: { openApiFile: string; apiKey?: string }): Promise<StubQdrant> {
  const judge = readOpenApi(openApiFile);
  const stub: Omit<StubQdrant, 'url' | 'requests' | 'close'> = { faults: [], collections: new Map(), plan: [], down: false };
  const server = await startJsonServer((request) => {
    if (stub.down) return { drop: true };
    const planned = stub.plan.shift();
    if (planned) return planned;
    if (apiKey !== undefined && request.headers['api-key'] !== apiKey) return refused(401, 'Must provide an API key or an Authorization bearer token');
    const body: unknown = request.body === '' ? undefined : JSON.parse(request.body);
    const fault = judge(request.method, request.path, request.query, body);
    if (fault !== undefined) {
      stub.faults.push(fault);
      return refused(400, `Format error in JSON body: ${fault}`);
    }
    return answerTo(stub.collections, request, body as Body);
  });
  return Object.assign(stub, { url: server.url, requests: server.requests, close: server.close });
}

function answerTo(collections: Map<string, StubCollection>, { method, path }: SeenRequest, body: Body): JsonAnswer {
  const [, , encoded = '', ...rest] = path.split('/');
  const name = decodeURIComponent(encoded);
  try {
    return { json: { status: 'ok', time: 0.001, result: resultOf(collections, `${method} ${rest[0] === 'vectors' ? 'vectors' : rest.join('/')}`, name, rest, body) } };
  } catch (error) {
    if (error instanceof Refusal) return refused(error.status, error.reason);
    throw error;
  }
}

type Body = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- judged by the OpenAPI file before

const UPDATED = { operation_id: 1, status: 'completed' };

function resultOf(collections: Map<string, StubCollection>, request: string, name: string, rest: string[], body: Body): unknown {
  if (request === 'PUT ') {
    if (collections.has(name)) throw new Refusal(409, `Wrong input: Collection \`${name}\` already exists!`);
    collections.set(name, new StubCollection(body));
    return true;
  }
  const collection = collections.get(name);
  if (!collection) throw new Refusal(404, `Not found: Collection \`${name}\` doesn't exist!`);
  const reads: Record<string, () => unknown> = {
    'GET ': () => collection.info(),
    'POST points/count': () => collection.count(body),
    'POST points/scroll': () => collection.scroll(body),
    'POST points/query/batch': () => (body.searches as Body[]).map((search) => collection.query(search)),
    'POST facet': () => collection.facet(body),
  };
  const writes: Record<string, () => void> = {
    'DELETE ': () => void collections.delete(name),
    'PUT index': () => void collection.indexes.set(body.field_name, body.field_schema),
    'PUT vectors': () => collection.addVectorName(decodeURIComponent(rest[1]!), body),
    'PUT points': () => collection.upsert(body),
    'PUT points/vectors': () => collection.updateVectors(body),
    'POST points/delete': () => collection.remove(body),
    'POST points/payload': () => collection.setPayload(body),
    'POST points/batch': () => collection.batch(body),
  };
  if (reads[request]) return reads[request]();
  if (!writes[request]) throw new Refusal(501, `The stub does not know ${request}`);
  writes[request]();
  return UPDATED;
}

function refused(status: number, error: string): JsonAnswer {
  return { status, json: { status: { error }, time: 0.001, result: null } };
}
