import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { JsonObject, JsonValue } from '../../../kernel';
import { answerFromSchema } from './answer-from-schema';
import type { Answer, Ask, Fault, Protocol, Reply, ServedModel } from './protocol';

export interface ModelServerOptions {
  models: Array<string | ServedModel>;
  /** Used in order, one per chat request; then (or without any) the request's schema answers. */
  answers?: Answer[];
  /** Asked first for each chat request, by its body; `undefined` leaves it to `answers`. For servers that play a whole story. */
  answerTo?: (body: JsonObject) => Answer | undefined;
  /** In order, one per chat request (`undefined`: nothing goes wrong); a function decides by the request's number, from 0. */
  faults?: Array<Fault | undefined> | ((chatIndex: number) => Fault | undefined);
  /** When set, any other key gets 401. */
  apiKey?: string;
  firstTokenDelayMs?: number;
  tokenDelayMs?: number;
  /** Default: a free one. */
  port?: number;
}

export interface RecordedRequest {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: JsonObject;
}

export interface ModelServer {
  /** No trailing slash, without `/v1`. */
  url: string;
  /** All requests so far, discovery included. */
  requests: RecordedRequest[];
  /** Those that asked a model. */
  chatRequests(): RecordedRequest[];
  /** Connections somebody holds open now. Every answer closes its own, so this is the number of calls under way. */
  openSockets(): number;
  close(): Promise<void>;
}

export async function startModelServer(protocol: Protocol, options: ModelServerOptions): Promise<ModelServer> {
  const requests: RecordedRequest[] = [];
  const sockets = new Set<Socket>();
  const conversation = new Conversation(protocol, options);
  const server = createServer((request, response) => {
    record(request)
      .then((recorded) => {
        requests.push(recorded);
        return conversation.answer(recorded, response);
      })
      // A caller that went away in the middle of its request, or sent no JSON: nobody is left to be told.
      .catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    chatRequests: () => requests.filter((request) => protocol.isChat(request.path)),
    openSockets: () => sockets.size,
    close: () => closeServer(server, sockets),
  };
}

async function record(request: IncomingMessage): Promise<RecordedRequest> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString('utf8');
  const body = text === '' ? {} : (JSON.parse(text) as JsonObject);
  return { method: request.method ?? '', path: (request.url ?? '').split('?')[0]!, headers: request.headers, body };
}

async function closeServer(server: Server, sockets: Set<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of sockets) socket.destroy();
  await closed;
}

class Conversation {
  private chats = 0;
  private readonly answers: Answer[];

  constructor(private readonly protocol: Protocol, private readonly options: ModelServerOptions) {
    this.answers = [...(options.answers ?? [])];
  }

  async answer(request: RecordedRequest, response: ServerResponse): Promise<void> {
    const { protocol, options } = this;
    if (options.apiKey !== undefined && protocol.keyOf(request.headers) !== options.apiKey) {
      return sendJson(response, 401, protocol.errorBody({ status: 401, code: 'authentication_error', message: 'invalid api key' }));
    }
    if (!protocol.isChat(request.path)) {
      const other = await protocol.other(request.path, request.body);
      return sendJson(response, other?.status ?? 404, other?.body ?? { error: 'not found' });
    }
    await this.chat(request, response);
  }

  private async chat(request: RecordedRequest, response: ServerResponse): Promise<void> {
    const { protocol } = this;
    const fault = this.nextFault();
    if (refuse(fault, protocol, response)) return;
    const ask = protocol.readAsk(request.body, request.path);
    if ('status' in ask) return sendJson(response, ask.status, protocol.errorBody(ask));
    const reply = fault?.kind === 'empty' ? emptyReply() : this.replyTo(ask, request.body);
    const frames = ask.stream ? protocol.frames(reply, ask, request.path) : halves(JSON.stringify(protocol.whole(reply, ask, request.path)));
    await this.send(response, frames, ask.stream ? protocol.streamType : 'application/json', fault);
  }

  private nextFault(): Fault | undefined {
    const { faults } = this.options;
    const index = this.chats++;
    return typeof faults === 'function' ? faults(index) : faults?.[index];
  }

  private replyTo(ask: Ask, body: JsonObject): Reply {
    const answer = this.options.answerTo?.(body) ?? this.answers.shift() ?? ownAnswer(ask);
    const given = typeof answer === 'string' ? { text: answer } : answer;
    const text = given.json !== undefined ? JSON.stringify(given.json) : (given.text ?? '');
    const promptTokens = given.promptTokens ?? Math.ceil(JSON.stringify(body).length / 4);
    const completionTokens = given.completionTokens ?? Math.ceil((text.length + JSON.stringify(given.toolCalls ?? []).length) / 4);
    return { text, thinking: given.thinking ?? '', toolCalls: given.toolCalls ?? [], promptTokens, completionTokens, finish: given.finish, logprob: given.logprob };
  }

  private async send(response: ServerResponse, frames: string[], contentType: string, fault: Fault | undefined): Promise<void> {
    await delay(this.options.firstTokenDelayMs ?? 0);
    response.writeHead(200, { 'content-type': contentType, connection: 'close' });
    if (fault?.kind === 'drip') return await drip(response, frames.join(''), fault.byteEveryMs);
    for (const frame of sentFrames(frames, fault)) {
      if (response.destroyed) return;
      response.write(frame);
      await delay(this.options.tokenDelayMs ?? 0);
    }
    if (fault?.kind === 'garbled') return void response.end('data: {"broken\n\n{"broken\n<html>');
    if (fault?.kind === 'stall-mid-stream') return;
    // The bytes written so far must leave the machine before the connection is torn down.
    if (fault?.kind === 'reset-mid-stream') return void setTimeout(() => response.socket?.resetAndDestroy(), 20);
    response.end();
  }
}

/** @returns true when the fault has answered, or will never answer, instead of the model */
function refuse(fault: Fault | undefined, protocol: Protocol, response: ServerResponse): boolean {
  switch (fault?.kind) {
    case 'status':
      if (fault.retryAfterS !== undefined) response.setHeader('retry-after', String(fault.retryAfterS));
      sendJson(response, fault.status, protocol.errorBody({ status: fault.status, code: fault.code, message: fault.message ?? `status ${fault.status}` }));
      return true;
    case 'redirect':
      response.writeHead(307, { location: fault.to, connection: 'close' }).end();
      return true;
    case 'reset':
      response.socket?.resetAndDestroy();
      return true;
    case 'stall-before-first-token':
      return true;
    case 'error-in-200': {
      const body = JSON.stringify(protocol.errorBody({ status: 529, message: fault.message ?? 'overloaded' }));
      const isEvent = fault.framed === true && protocol.streamType === 'text/event-stream';
      response.writeHead(200, { 'content-type': fault.framed ? protocol.streamType : 'application/json', connection: 'close' }).end(isEvent ? `event: error\ndata: ${body}\n\n` : body);
      return true;
    }
    default:
      return false;
  }
}

/** What of the answer leaves the server before the fault; the last piece, which ends the answer, never does. */
function sentFrames(frames: string[], fault: Fault | undefined): string[] {
  const share = { 'reset-mid-stream': 0.5, 'end-mid-stream': 0.5, 'stall-mid-stream': 0.5, truncated: 0.5, garbled: 0 }[fault?.kind as string];
  if (share === undefined) return frames;
  const sent = Math.min(frames.length - 1, Math.ceil(frames.length * ((fault as { share?: number }).share ?? share)));
  const next = fault?.kind === 'truncated' ? frames[sent]!.trimEnd() : '';
  return [...frames.slice(0, sent), next.slice(0, Math.floor(next.length * 0.6))].filter((frame) => frame !== '');
}

async function drip(response: ServerResponse, text: string, byteEveryMs: number): Promise<void> {
  response.flushHeaders();
  for (const byte of Buffer.from(text)) {
    await delay(byteEveryMs);
    if (response.destroyed) return;
    response.write(Buffer.of(byte));
  }
  response.end();
}

function ownAnswer(ask: Ask): Answer {
  const tool = ask.forcedTool === 'any' ? ask.tools[0] : ask.tools.find((candidate) => candidate.name === ask.forcedTool);
  if (tool) return { toolCalls: [{ name: tool.name, arguments: answerFromSchema(tool.schema) as JsonObject }] };
  if (ask.schema) return { json: answerFromSchema(ask.schema) };
  return `This is an answer of ${ask.model}.`;
}

function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}

function emptyReply(): Reply {
  return { text: '', thinking: '', toolCalls: [], promptTokens: 1, completionTokens: 0 };
}

function sendJson(response: ServerResponse, status: number, body: JsonValue): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
}

function delay(ms: number): Promise<void> {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();
}
