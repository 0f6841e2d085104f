import { estimateCostUsd } from '../../../router/cost';
import { estimatePromptTokens } from '../../../router/estimate-tokens';
import { knownModel } from '../../../router/known-models';
import type { CatalogEntry } from '../../../router/catalog';
import { EMPTY_MODELS_FILE } from '../../../router/models-file/schema';
import { rank } from '../../../router/rank';
import type { ModelRequest, Preset } from '../../../router/request';
import { estimateStrength } from '../../../router/strength';
import type { Outcome } from '../../../scripts/fit-complexity/rows';
import { mean } from './route-quality';

export const LOCAL_MODEL = 'llama3.1:8b';
export const CLOUD_MODEL = { provider: 'anthropic', name: 'claude-sonnet-4-5' } as const;
/** What is paid for an answer in these exams: a short solution. */
const ANSWER_TOKENS = 300;

export interface Savings {
  preset: Preset;
  cloudShare: number;
  costUsd: number;
  allCloudUsd: number;
  saved: number;
  /** Mean quality of the routed answers as a share of the strong model's. */
  quality: number;
}

/** The two models as the router's own catalog knows them, price and strength included. */
export function twoModels(): CatalogEntry[] {
  const driver = (provider: string, local: boolean): CatalogEntry['driver'] => ({ provider, local, listModels: async () => [], stream: () => { throw new TypeError('decides only'); } });
  const model = (provider: string, name: string, local: boolean): CatalogEntry['model'] => ({
    id: `${provider}/${name}`, provider, name, local, abilities: { tools: true, json: true, vision: false }, contextTokens: 128_000, strength: estimateStrength(name),
    price: local ? { promptUsdPerMTok: 0, completionUsdPerMTok: 0 } : knownModel(provider, name).price,
  });
  return [{ model: model('ollama', LOCAL_MODEL, true), driver: driver('ollama', true) }, { model: model(CLOUD_MODEL.provider, CLOUD_MODEL.name, false), driver: driver('anthropic', false) }];
}

/** Routes every row by the router's own rule; the weak model's outcome counts for the local one, the strong model's for the cloud. */
export function savings(rows: readonly Outcome[], complexity: readonly number[], preset: Preset): Savings {
  const entries = twoModels();
  const cloud = entries[1]!.model;
  const routed = rows.map((row, at) => {
    const request: ModelRequest = { messages: [{ role: 'user', text: row.prompt }], maxOutputTokens: ANSWER_TOKENS, facts: { privacy: 'internal', preset } };
    const promptTokens = estimatePromptTokens(request);
    const isCloud = isSentToCloud(request, complexity[at]!, entries);
    return { isCloud, cloudUsd: estimateCostUsd(cloud, request, promptTokens) ?? 0, quality: isCloud ? row.large : row.small };
  });
  const allCloudUsd = routed.reduce((total, { cloudUsd }) => total + cloudUsd, 0);
  const costUsd = routed.reduce((total, { isCloud, cloudUsd }) => total + (isCloud ? cloudUsd : 0), 0);
  return { preset, cloudShare: mean(routed.map(({ isCloud }) => (isCloud ? 1 : 0))), costUsd, allCloudUsd, saved: 1 - costUsd / allCloudUsd, quality: mean(routed.map(({ quality }) => quality)) / mean(rows.map(({ large }) => large)) };
}

export function isSentToCloud(request: ModelRequest, complexity: number, entries = twoModels()): boolean {
  return !rank(entries, request, { complexity, promptTokens: estimatePromptTokens(request), file: EMPTY_MODELS_FILE, tokensPerSecond: () => undefined })[0]!.entry.model.local;
}
