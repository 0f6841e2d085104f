import type { AiosError } from '../kernel';
import { mayLeaveMachine } from '../privacy';
import { noAffordableModelError } from './budgets/used-up';
import type { CatalogEntry, CatalogSnapshot } from './catalog';
import { ContextOverflowError, ModelAuthError, ModelNotFoundError, NoModelError, SecretNeedsLocalModelError } from './errors';
import type { Rejection } from './filters';
import { isNamed } from './model-names';
import { ollamaAdvice, triedText } from './ollama-advice';
import type { JudgedRequest } from './raise-privacy';
import type { ModelRequest } from './request';

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
export function noCandidateError(snapshot: CatalogSnapshot, rejected: readonly RejectedEntry[], request: JudgedRequest): AiosError {
  const possible = rejected.filter(({ rejection }) => rejection.kind !== 'privacy' && rejection.kind !== 'allow-list');
  const secret = !mayLeaveMachine(request.facts.privacy);
  if (secret && possible.length === 0) return secretError(snapshot, rejected, request.raisedBy);
  if (snapshot.entries.length === 0) return noModelError(snapshot);
  const kinds = new Set(possible.map(({ rejection }) => rejection.kind));
  const reasons = rejected.slice(0, 10).map(({ entry, rejection }) => `${entry.model.id}: ${rejection.reason}`).join('; ');
  if (kinds.has('budget')) return noAffordableModelError(possible);
  if (kinds.has('context')) return new ContextOverflowError(`The prompt is too long for every model (${reasons}).`, { hint: 'Give it less text, or add a model with a larger context.' });
  if (kinds.has('health')) return new ModelAuthError(`No service may be asked now (${reasons}).`, { hint: 'Check the keys in the credential.' });
  return new NoModelError(`None of the models may answer this request (${reasons}).${failuresText(snapshot)}`, { hint: 'Relax the request (preset, allowed models, tools), or add a model that can do it.' });
}

function noModelError(snapshot: CatalogSnapshot): NoModelError {
  const { failures, ollama } = snapshot;
  const silence = ollama.url === undefined ? ' No service is configured, or none has a model.' : ' Ollama answers, but has no chat model.';
  const hint = [...failures.map(({ error }) => error.hint), ollamaAdvice(ollama), failures.length === 0 && 'Or give an API key in the credential "AIOS Team API".'].filter(Boolean).join(' ');
  return new NoModelError(`No model answers.${failuresText(snapshot) || silence}`, { hint });
}

function secretError(snapshot: CatalogSnapshot, rejected: readonly RejectedEntry[], raisedBy?: string[]): SecretNeedsLocalModelError {
  const tried = rejected.slice(0, 10).map(({ entry, rejection }) => `${entry.model.id}: ${rejection.reason}`).join('; ');
  const models = tried === '' ? '' : ` Not used: ${tried}.`;
  const why = raisedBy ? ` (${raisedBy.join(', ')} found in it)` : '';
  const wayOut = raisedBy ? 'Or take that out of the text.' : 'Or lower the privacy if the text may leave this machine.';
  return new SecretNeedsLocalModelError(`The request is secret${why} and no model on this machine can answer it; nothing was sent.${models}${failuresText(snapshot)}`, { hint: `${secretAdvice(snapshot)} ${wayOut}` });
}

function secretAdvice({ entries, ollama }: CatalogSnapshot): string {
  return entries.some(({ model }) => model.local) ? 'Let one of the models on this machine answer: look at the preset and the allowed models.' : ollamaAdvice(ollama);
}

function failuresText({ failures, ollama }: CatalogSnapshot): string {
  const tried = ollama.url === undefined && ollama.tried.length > 0 ? ` No Ollama was found at ${triedText(ollama)}.` : '';
  return tried + failures.map(({ provider, error }) => ` ${provider}: ${error.message}`).join('');
}
