import { z } from 'zod';
import { CancelledError, isAiosError, networkReason } from '../../kernel';
import { WebSearchError } from '../web/errors';
import type { SearchHit, SearchHits, WebSearch } from '../web/web';

const ANSWER_WITHIN_MS = 15_000;
const MAX_ANSWER_BYTES = 1_048_576;
const MAX_HITS = 8;
const TITLE_CHARACTERS = 160;
const SNIPPET_CHARACTERS = 400;
const ADDRESS_CHARACTERS = 500;

const START_HINT = 'Start SearXNG, or correct "SearXNG URL" in the credential "AIOS Team API".';

/** What is read of SearXNG's JSON; engines differ in all the rest. */
const answerSchema = z.object({
  results: z.array(z.object({ url: z.string(), title: z.string().nullish(), content: z.string().nullish() })),
  unresponsive_engines: z.array(z.array(z.string())).catch([]),
});

/** @param url of a SearXNG; the user named it, so it may be anywhere, this machine included */
export function openSearxng(url: string): WebSearch {
  return {
    async search(query, signal) {
      const late = AbortSignal.timeout(ANSWER_WITHIN_MS);
      try {
        return hitsOf(url, await ask(url, query, AbortSignal.any([signal, late])));
      } catch (error) {
        if (signal.aborted) throw new CancelledError(signal.reason);
        if (late.aborted) throw new WebSearchError(url, `no answer came within ${ANSWER_WITHIN_MS / 1_000} s`, START_HINT);
        if (isAiosError(error)) throw error;
        throw new WebSearchError(url, networkReason(error) ?? 'the address cannot be used', START_HINT, error);
      }
    },
  };
}

async function ask(url: string, query: string, signal: AbortSignal): Promise<string> {
  const answer = await fetch(`${url}/search?${new URLSearchParams({ q: query, format: 'json' }).toString()}`, { signal, redirect: 'manual', headers: { accept: 'application/json' } });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw refusal(url, answer.status);
  }
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_ANSWER_BYTES) throw new WebSearchError(url, 'it answered with more than 1 MiB', 'Ask for something more exact.');
  }
  return text;
}

function refusal(url: string, status: number): WebSearchError {
  if (status === 403) return new WebSearchError(url, 'it does not answer in JSON (status 403)', 'In the settings.yml of SearXNG write "json" below "search: formats:", beside "html", and start it again.');
  if (status === 429) return new WebSearchError(url, 'it takes us for a robot (status 429)', 'In the settings.yml of SearXNG set "server: limiter: false", or let this machine pass in its limiter.toml.');
  return new WebSearchError(url, `it answered with status ${status}`, START_HINT);
}

function hitsOf(url: string, text: string): SearchHits {
  const parsed = answerSchema.safeParse(jsonOf(text));
  if (!parsed.success) throw new WebSearchError(url, 'what answers there is no SearXNG', START_HINT, parsed.error);
  const { results, unresponsive_engines: silent } = parsed.data;
  const hits = results.filter((result) => /^https?:\/\//i.test(result.url) && result.url.length <= ADDRESS_CHARACTERS);
  return { hits: hits.slice(0, MAX_HITS).map(hit), silent: silent.slice(0, MAX_HITS).map(([engine = '']) => engine.slice(0, 40)) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function hit(result: { url: string; title?: string | null; content?: string | null }): SearchHit {
  const line = (value: string | null | undefined, characters: number) => (value ?? '').replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim().slice(0, characters);
  return { title: line(result.title, TITLE_CHARACTERS), address: result.url, snippet: line(result.content, SNIPPET_CHARACTERS) };
}
