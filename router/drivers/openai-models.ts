import type OpenAI from 'openai';
import { knownModel } from '../known-models';
import type { CatalogModel } from '../model-driver';
import { estimateStrength } from '../strength';

interface Origin {
  provider: string;
  local: boolean;
  /** The provider's name in the price list, when its address is known. */
  knownAs: string | undefined;
}

// OpenAI's list mixes all kinds of models and does not say which of them chat.
const NO_CHAT = /embed|whisper|tts|dall-?e|moderation|realtime|image|audio|transcri|sora|davinci|babbage|rerank|\bbge\b|instruct-0914|codex|deep-research|computer-use/i;
const SEES = /gpt-4o|gpt-4\.\d|gpt-[5-9]|\bo[134]\b|vision|[-_]vl|llava|pixtral|gemini|claude|gemma-?3/i;

/** Where nobody says whether a model takes pictures. */
export function seesByName(name: string): boolean {
  return SEES.test(name);
}

/** Assumed where nobody says; a prompt that turns out too long goes to a larger model. */
const USUAL_CONTEXT_TOKENS = 32_768;

export async function listOpenAiModels(client: OpenAI, origin: Origin, signal: AbortSignal): Promise<CatalogModel[]> {
  const { data } = await client.models.list({ signal });
  return data.filter((model) => !NO_CHAT.test(model.id)).map((model) => toCatalogModel(model as ListedModel, origin));
}

/** What vLLM, LM Studio, Groq and OpenRouter add to the list. */
type ListedModel = OpenAI.Model & {
  max_model_len?: number;
  max_context_length?: number;
  context_window?: number;
  context_length?: number;
  pricing?: { prompt?: string; completion?: string };
  architecture?: { input_modalities?: string[] };
};

function toCatalogModel(model: ListedModel, origin: Origin): CatalogModel {
  const known = knownModel(origin.knownAs, model.id);
  const said = model.max_model_len ?? model.max_context_length ?? model.context_window ?? model.context_length;
  return {
    id: `${origin.provider}/${model.id}`,
    provider: origin.provider,
    name: model.id,
    local: origin.local,
    abilities: { tools: true, json: true, vision: model.architecture?.input_modalities?.includes('image') ?? seesByName(model.id) },
    contextTokens: said ?? known.contextTokens ?? USUAL_CONTEXT_TOKENS,
    price: origin.local ? { promptUsdPerMTok: 0, completionUsdPerMTok: 0 } : (listedPrice(model) ?? known.price),
    strength: estimateStrength(model.id),
  };
}

/** OpenRouter lists USD per token, as text; -1 stands for "depends". */
function listedPrice(model: ListedModel): CatalogModel['price'] {
  const prompt = Number(model.pricing?.prompt ?? Number.NaN);
  const completion = Number(model.pricing?.completion ?? Number.NaN);
  return prompt >= 0 && completion >= 0 ? { promptUsdPerMTok: prompt * 1e6, completionUsdPerMTok: completion * 1e6 } : null;
}
