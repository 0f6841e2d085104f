import type { AiosError } from '../kernel';
import { mayLeaveMachine } from '../privacy';
import type { CatalogEntry, CatalogSnapshot } from './catalog';
import { BudgetExceededError, ContextOverflowError, ModelAuthError, ModelNotFoundError, NoModelError, SecretNeedsLocalModelError } from './errors';
import type { Rejection } from './filters';
import { isNamed } from './model-names';
import type { ModelRequest } from './request';

const START_HINT = 'Install and start Ollama (https://ollama.com/download) and pull a model (`ollama pull qwen3:8b`), or give an API key in the credential. To try the team without any model, start with `--rehearsal`.';

/** A model the author named and no provider lists; `undefined` when all is well. */
export function missingModelError(snapshot: CatalogSnapshot, { facts }: ModelRequest): ModelNotFoundError | undefined {
  const isKnown = (name: string) => snapshot.entries.some(({ model }) => isNamed(model, name));
  const allowed = facts.allowedModels ?? [];
  const missing = facts.model !== undefined && !isKnown(facts.model) ? facts.model : allowed.length > 0 && !allowed.some(isKnown) ? allowed.join(', ') : undefined;
  if (missing === undefined || snapshot.entries.length === 0) return undefined;
  const known = snapshot.entries.map(({ model }) => model.id);
  const list = known.slice(0, 20).join(', ') + (known.length > 20 ? ` and ${known.length - 20} more` : '');
  return new ModelNotFoundError(`No service offers the model "${missing}". Known are: ${list}.${failuresText(snapshot)}`, { hint: `Pull it with \`ollama pull ${missing.replace(/^ollama\//, '')}\`, or choose one of the known models.` });
}

export interface RejectedEntry {
  entry: CatalogEntry;
  rejection: Rejection;
}

/** Why nothing may answer: what a user has to change first. */
export function noCandidateError(snapshot: CatalogSnapshot, rejected: readonly RejectedEntry[], request: ModelRequest, spentUsd: number): AiosError {
  const possible = rejected.filter(({ rejection }) => rejection.kind !== 'privacy' && rejection.kind !== 'allow-list');
  const secret = !mayLeaveMachine(request.facts.privacy);
  if (secret && possible.length === 0) return secretError(snapshot, rejected);
  if (snapshot.entries.length === 0) return new NoModelError(`No model answers.${failuresText(snapshot) || ' No service is configured, or none has a model.'}`, { hint: START_HINT });
  const kinds = new Set(possible.map(({ rejection }) => rejection.kind));
  const reasons = rejected.slice(0, 10).map(({ entry, rejection }) => `${entry.model.id}: ${rejection.reason}`).join('; ');
  if (kinds.has('budget')) return new BudgetExceededError(spentUsd, request.facts.budgetUsd ?? 0);
  if (kinds.has('context')) return new ContextOverflowError(`The prompt is too long for every model (${reasons}).`, { hint: 'Give it less text, or add a model with a larger context.' });
  if (kinds.has('health')) return new ModelAuthError(`No service may be asked now (${reasons}).`, { hint: 'Check the keys in the credential.' });
  return new NoModelError(`None of the models may answer this request (${reasons}).${failuresText(snapshot)}`, { hint: 'Relax the request (preset, allowed models, tools), or add a model that can do it.' });
}

function secretError(snapshot: CatalogSnapshot, rejected: readonly RejectedEntry[]): SecretNeedsLocalModelError {
  const tried = rejected.slice(0, 10).map(({ entry, rejection }) => `${entry.model.id}: ${rejection.reason}`).join('; ');
  const models = tried === '' ? '' : ` Not used: ${tried}.`;
  return new SecretNeedsLocalModelError(`The request is secret and no model on this machine can answer it; nothing was sent.${models}${failuresText(snapshot)}`, { hint: 'Start Ollama on this machine and pull a model (`ollama pull qwen3:8b`), or lower the privacy if the text may leave it.' });
}

function failuresText({ failures, ollama }: CatalogSnapshot): string {
  const tried = ollama.url === undefined && ollama.tried.length > 0 ? ` No Ollama was found; tried ${ollama.tried.map(({ url, why }) => `${url} (${why})`).join(', ')}.` : '';
  return tried + failures.map(({ provider, error }) => ` ${provider}: ${error.message}`).join('');
}
