import { answerError, garbledError, type AskedModel, type Service } from './provider-errors';
import { patientFetch } from './patient-fetch';

/**
 * A `fetch` for one call to Ollama through its SDK. Adds what the SDK lacks: the caller's signal also while waiting for the
 * first byte, and errors by status. The SDK would print unreadable answers to the console, where a prompt has no business.
 */
export function ollamaAnswer(service: Service, signal: AbortSignal, asked?: AskedModel): typeof fetch {
  return async (input, init) => {
    const { url, headers } = withoutLogin(String(input), init?.headers);
    const both = init?.signal ? AbortSignal.any([init.signal, signal]) : signal;
    const answer = await patientFetch(url, { ...init, headers, signal: both });
    if (!answer.ok) throw answerError({ status: answer.status, text: errorText(await answer.text()), retryAfter: answer.headers.get('retry-after') }, service, asked);
    if (!answer.body) throw garbledError(service, 'no body');
    return new Response(answer.body.pipeThrough(checkedLines(service, asked)), { status: answer.status, headers: answer.headers });
  };
}

/** `fetch` refuses addresses with a login in them: it goes into the header instead. */
function withoutLogin(address: string, given: RequestInit['headers']): { url: string; headers: Headers } {
  const url = new URL(address);
  const headers = new Headers(given);
  if (url.username !== '') headers.set('authorization', `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}`);
  url.username = '';
  url.password = '';
  return { url: url.href, headers };
}

/** Lets JSON lines through, ends the stream with our error at the first line that is none or that reports a fault. */
function checkedLines(service: Service, asked: AskedModel | undefined): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let rest = '';
  const check = (line: string, controller: TransformStreamDefaultController<Uint8Array>) => {
    if (line.trim() === '') return;
    const value = readJson(line);
    if (value === undefined) throw garbledError(service, 'a line that is no JSON');
    if (typeof value.error === 'string') throw answerError({ status: 500, text: value.error }, service, asked);
    controller.enqueue(encoder.encode(`${line}\n`));
  };
  return new TransformStream({
    transform(bytes, controller) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) check(line, controller);
    },
    flush: (controller) => check(rest + decoder.decode(), controller),
  });
}

function errorText(body: string): string {
  const value = readJson(body);
  return typeof value?.error === 'string' ? value.error : body;
}

function readJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
