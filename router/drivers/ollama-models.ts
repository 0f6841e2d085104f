import { Ollama, type ModelResponse, type ShowResponse } from 'ollama';
import { throwIfCancelled } from '../../kernel';
import { estimatePromptTokens } from '../estimate-tokens';
import type { CatalogModel, ModelCall } from '../model-driver';
import { estimateStrength } from '../strength';
import { ollamaAnswer } from './ollama-answer';
import type { Service } from './provider-errors';

interface ModelFacts {
  capabilities: string[];
  contextTokens: number;
  remote: boolean;
}

/** What /api/show said, by model digest: it is asked once per version of a model. */
export type ShowCache = Map<string, ModelFacts>;

/** Assumed where /api/show is missing or silent. */
const ASSUMED: ModelFacts = { capabilities: ['completion', 'tools'], contextTokens: 8_192, remote: false };

/** A model as an Ollama server describes it, whether it can chat or not. */
export interface PulledModel {
  model: CatalogModel;
  /** False for models that only embed. */
  chats: boolean;
  /** Changes with every new version of the model under the same name. */
  digest: string;
  /** Of its files on the server's disk. */
  sizeBytes: number;
}

/** All models that can chat; models that only embed are left out. */
export async function listOllamaModels(service: Service, shows: ShowCache, signal: AbortSignal): Promise<CatalogModel[]> {
  return (await readPulledModels(ollamaClient(service, signal), shows, signal)).filter(({ chats }) => chats).map(({ model }) => model);
}

export function ollamaClient(service: Service, signal: AbortSignal): Ollama {
  return new Ollama({ host: service.address, fetch: ollamaAnswer(service, signal) });
}

export async function readPulledModels(client: Ollama, shows: ShowCache, signal: AbortSignal): Promise<PulledModel[]> {
  const { models } = await client.list();
  return await Promise.all(models.map(async (model) => {
    const facts = await factsOf(model, client, shows, signal);
    return { model: toCatalogModel(model, facts), chats: facts.capabilities.includes('completion'), digest: model.digest, sizeBytes: model.size };
  }));
}

async function factsOf(model: ModelResponse, client: Ollama, shows: ShowCache, signal: AbortSignal): Promise<ModelFacts> {
  const key = `${model.name} ${model.digest}`;
  const known = shows.get(key);
  if (known) return known;
  try {
    const facts = readShow(await client.show({ model: model.name }));
    shows.set(key, facts);
    return facts;
  } catch {
    // Old servers and some proxies have no /api/show; the model is usable all the same.
    throwIfCancelled(signal);
    return ASSUMED;
  }
}

function readShow(show: ShowResponse): ModelFacts {
  const info = Object.entries((show.model_info ?? {}) as unknown as Record<string, unknown>);
  const context = info.find(([key, value]) => key.endsWith('.context_length') && typeof value === 'number')?.[1] as number | undefined;
  return { capabilities: show.capabilities ?? ASSUMED.capabilities, contextTokens: context ?? ASSUMED.contextTokens, remote: isRemote(show) };
}

// Ollama lists cloud models beside its own and passes their prompts on to ollama.com: those have left this machine.
function isRemote(answer: object): boolean {
  const { remote_host: host, remote_model: model } = answer as { remote_host?: string; remote_model?: string };
  return Boolean(host ?? model);
}

function toCatalogModel(model: ModelResponse, facts: ModelFacts): CatalogModel {
  const { name } = model;
  const local = !facts.remote && !isRemote(model) && !/[:-]cloud$/.test(name);
  return {
    id: `ollama/${name}`,
    provider: 'ollama',
    name,
    local,
    abilities: { tools: facts.capabilities.includes('tools'), json: true, vision: facts.capabilities.includes('vision') },
    contextTokens: facts.contextTokens,
    price: local ? { promptUsdPerMTok: 0, completionUsdPerMTok: 0 } : null,
    strength: estimateStrength(name, model.details?.parameter_size),
  };
}

const SMALLEST_CONTEXT_TOKENS = 4_096;
/** Room for the answer when the caller set no limit. */
const USUAL_ANSWER_TOKENS = 2_048;
/** The estimate of the prompt may be this much too low. */
const ESTIMATE_MARGIN = 1.2;

/** Largest `num_ctx` each model was called with, by address and name; outlives drivers, as the loaded model does. */
const contextsInUse = new Map<string, { tokens: number; grew: boolean }>();

/**
 * The `num_ctx` for this call: 4k, 8k, 16k, 32k… up to the model's own; three values at most for prompts up to 32k. Never smaller than for an earlier call:
 * every change makes Ollama load the model again.
 */
export function ollamaContextTokens(address: string, call: ModelCall): number {
  const key = `${address} ${call.model.name}`;
  const step = call.windowTokens ?? smallestStep(call);
  const known = contextsInUse.get(key);
  if (known && known.tokens >= Math.min(step, call.model.contextTokens)) return Math.min(known.tokens, call.model.contextTokens);
  // Who had to grow before takes one step in reserve: prompts that get longer and longer must not reload the model each time.
  const tokens = Math.min(known?.grew && call.windowTokens === undefined ? step * 2 : step, call.model.contextTokens);
  contextsInUse.set(key, { tokens, grew: known !== undefined });
  return tokens;
}

function smallestStep(call: ModelCall): number {
  const needed = estimatePromptTokens(call) * ESTIMATE_MARGIN + (call.maxOutputTokens ?? USUAL_ANSWER_TOKENS);
  let step = SMALLEST_CONTEXT_TOKENS;
  while (step < needed) step *= 2;
  return step;
}
