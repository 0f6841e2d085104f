import { AiosError, throwIfCancelled } from '../../kernel';
import { mayLeaveMachine } from '../../privacy';
import { DeadlineExceededError, ModelStalledError, NoModelError, SecretNeedsLocalModelError, privacyRaiser, type JudgedRequest, type ModelRequest } from '../../router';
import type { AgentModel } from '../agents';
import { askChainModel, plainCall, type ChainModel } from './chain-model';
import { chatModelError } from './chat-errors';
import { identityOf, modelReply, type ModelIdentity } from './chat-reply';

export interface ConnectedModelOptions {
  /** The author vouches that the model runs on this machine. */
  local: boolean;
  /** Our own router obeys privacy, budget and schema by itself and reports its decision. */
  isOurRouter: boolean;
}

/** A wired model shows us no tokens while it works, so only the whole call can be limited: as long as a local model may take to its first token. */
const CALL_LIMIT_MS = 600_000;

/** A chat model wired to a node, asked the way every vendor understands. */
export function connectedModel(chatModel: object, options: ConnectedModelOptions): AgentModel {
  const model = chatModel as ChainModel;
  const identity = identityOf(chatModel, options.local);
  const raisePrivacy = privacyRaiser();
  return {
    async complete(asked, signal) {
      throwIfCancelled(signal);
      // Our own router keeps its own limits, and privacy and budget too.
      if (options.isOurRouter) return await translated(asked, identity, signal, async () => modelReply(await plainCall({ model, identity, request: asked, aios: routerFacts(asked), signal }), asked, identity));
      const request = await raisePrivacy(asked, signal);
      assertAllowed(request, identity);
      const ask = async (limited: AbortSignal) => modelReply(await askChainModel({ model, identity, request, aios: routerFacts(request), signal: limited }), request, identity);
      return await withinTime(request, identity, signal, (limited) => translated(request, identity, limited, () => ask(limited)));
    },
  };
}

/** What our own router is told beside the text. */
function routerFacts({ facts, schema, toolChoice }: ModelRequest): object {
  return { ...facts, ...(schema && { schema }), ...(toolChoice && { toolChoice }) };
}

async function translated<T>({ facts }: ModelRequest, { name }: ModelIdentity, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const translation = chatModelError(error, name, signal);
    // Vendors quote the prompt in some errors.
    throw translation instanceof AiosError && !mayLeaveMachine(facts.privacy) ? translation.withoutQuote() : translation;
  }
}

/** @throws {DeadlineExceededError} when the run's time is up @throws {ModelStalledError} when the model takes longer than any should */
async function withinTime<T>({ facts }: ModelRequest, { name }: ModelIdentity, signal: AbortSignal, call: (limited: AbortSignal) => Promise<T>): Promise<T> {
  const deadlineMs = facts.deadlineS === undefined ? Infinity : facts.deadlineS * 1_000;
  const limitMs = Math.min(CALL_LIMIT_MS, deadlineMs);
  const limit = AbortSignal.timeout(Math.ceil(limitMs));
  try {
    return await call(AbortSignal.any([signal, limit]));
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error;
    const message = `The connected model ${name} gave no answer within ${Math.round(limitMs / 1_000)} s.`;
    if (deadlineMs <= CALL_LIMIT_MS) throw new DeadlineExceededError(message, { hint: 'Give the run more time, or connect a faster model.', cause: error });
    throw new ModelStalledError(message, { hint: 'Check that its server is at work, or connect a faster model.', cause: error });
  }
}

/** @throws {SecretNeedsLocalModelError} before anything has left @throws {NoModelError} when a budget could not be kept */
function assertAllowed({ facts, raisedBy }: JudgedRequest, { name, local }: ModelIdentity): void {
  if (local) return;
  if (!mayLeaveMachine(facts.privacy)) {
    throw new SecretNeedsLocalModelError(`The item is secret${raisedBy ? ` (${raisedBy.join(', ')} found in it)` : ''}, and nobody has said that the connected model ${name} runs on this machine.`, {
      hint: 'Switch on "Model Runs on My Own Machine" if it does, connect Hybrid Router Model, or leave Model unconnected.',
    });
  }
  const [what, limitUsd] = facts.budgetUsd !== undefined ? ['run', facts.budgetUsd] : ['task', facts.taskBudgetUsd];
  if (limitUsd !== undefined) {
    throw new NoModelError(`The ${what} may cost at most $${limitUsd}, but the price of the connected model ${name} is not known.`, {
      hint: 'Connect Hybrid Router Model or leave Model unconnected, so that the team can keep the budget; or set no budget.',
    });
  }
}
