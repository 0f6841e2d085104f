import { errorFacts } from '../../kernel';
import { describeOllama, ollamaAdvice, type CatalogModel, type ModelDriver, type OllamaSearch, type OllamaServer, type PulledModel } from '../../router';
import { pullStep } from '../first-steps';
import type { DoctorCheck, DoctorModel } from '../report';
import { shownAddress } from '../shown-address';
import { counted } from '../words';

const LISTING_MS = 8_000;

export interface OllamaQuestionFacts {
  search: OllamaSearch;
  /** The user gave its address: then it must be there. */
  isNamed: boolean;
  /** Nothing else has models. */
  isNeeded: boolean;
  memoryBytes: number;
}

/** Ollama with its version and models, or where it was looked for. */
export async function checkOllama({ search, isNamed, isNeeded, memoryBytes }: OllamaQuestionFacts, signal: AbortSignal): Promise<DoctorCheck> {
  const base = { service: 'ollama', title: 'Ollama' } as const;
  const { url, tried } = search;
  if (url === undefined) {
    const detail = `no answer at ${places(tried)}.`;
    if (isNamed) return { ...base, status: 'failed', detail, todo: ollamaAdvice(search) };
    return { ...base, status: isNeeded ? 'failed' : 'notConfigured', detail };
  }
  const address = shownAddress(url);
  const asked = await timedAnswer(() => describeOllama(url, limited(signal)));
  if ('error' in asked) return { ...base, status: 'failed', address, detail: asked.error.message, todo: asked.error.hint };
  const { latencyMs, answer: { version, models } } = asked;
  const chatting = models.filter(({ chats }) => chats);
  const detail = [ollamaDetail(models), ...(tried.length > 0 ? [`Not at ${places(tried)}.`] : [])].join(' ');
  const facts = { ...base, address, version, latencyMs, detail, models: chatting.map(toPulledModel) };
  return chatting.length > 0 ? { ...facts, status: 'ok' } : { ...facts, status: 'warning', todo: pullStep(url, memoryBytes) };
}

function places(tried: OllamaSearch['tried']): string {
  return tried.map(({ url, why }) => `${url} (${why})`).join(', ');
}

function ollamaDetail(models: OllamaServer['models']): string {
  const chatting = models.filter(({ chats }) => chats);
  const skipped = models.filter(({ chats }) => !chats).map(({ model }) => model.name);
  const remote = chatting.filter(({ model }) => !model.local).map(({ model }) => model.name);
  return [
    chatting.length === 0 ? 'answers, but has no chat model.' : `${counted(chatting.length, 'model')}: ${named(chatting.map(({ model }) => model))}.`,
    ...(skipped.length > 0 ? [`Skipped, because they only embed: ${skipped.join(', ')}.`] : []),
    ...(remote.length > 0 ? [`Not on this machine, Ollama passes prompts on: ${remote.join(', ')}.`] : []),
  ].join(' ');
}

export interface CloudService {
  service: 'anthropic' | 'openAi' | 'modelsFile';
  title: string;
  address: string;
  /** Unset: not configured. */
  driver?: ModelDriver;
  /** What to set, when somebody wants it. */
  setting: string;
}

/** A service with a list of models behind a key. */
export async function checkModelService({ service, title, address, driver, setting }: CloudService, signal: AbortSignal): Promise<DoctorCheck> {
  if (!driver) return { service, title, status: 'notConfigured', detail: `not set up (in the credential; on the command line by ${setting}).` };
  const base = { service, title, address: shownAddress(address) };
  const asked = await timedAnswer(() => driver.listModels(limited(signal)));
  if ('error' in asked) return { ...base, status: 'failed', detail: asked.error.message, todo: asked.error.hint };
  const { latencyMs, answer: models } = asked;
  if (models.length === 0) return { ...base, status: 'failed', latencyMs, detail: 'answers, but has no chat model.', todo: `Load a chat model in the service at ${base.address}.` };
  return { ...base, status: 'ok', latencyMs, detail: `${counted(models.length, 'model')}: ${named(models)}.`, models: models.map(toModel) };
}

function limited(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(LISTING_MS)]);
}

async function timedAnswer<T>(ask: () => Promise<T>): Promise<{ answer: T; latencyMs: number } | { error: { message: string; hint: string } }> {
  const startedMs = performance.now();
  try {
    return { answer: await ask(), latencyMs: Math.round(performance.now() - startedMs) };
  } catch (error) {
    const { code, message, hint } = errorFacts(error);
    if (code !== 'CANCELLED') return { error: { message, hint } };
    return { error: { message: `gave no list of models within ${LISTING_MS / 1_000} s.`, hint: 'Look whether the service is overloaded.' } };
  }
}

const MOST_NAMED = 5;

function named(models: readonly CatalogModel[]): string {
  const names = models.slice(0, MOST_NAMED).map(({ name }) => name).join(', ');
  return models.length > MOST_NAMED ? `${names}, …` : names;
}

function toModel({ id, name, local, contextTokens, abilities }: CatalogModel): DoctorModel {
  return { id, name, local, contextTokens, tools: abilities.tools, vision: abilities.vision };
}

function toPulledModel({ model, digest, sizeBytes }: PulledModel): DoctorModel {
  return { ...toModel(model), digest, sizeBytes };
}
