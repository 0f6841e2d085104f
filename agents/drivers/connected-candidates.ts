import { InvalidInputError } from '../../kernel';
import { LONGEST_ANSWER_TOKENS, ModelStalledError, modelByName, ProviderDownError, ThinkFilter, type CatalogModel, type DriverChunk, type ModelCall, type ModelDriver } from '../../router';
import { askChainModel, plainQuestion, unlessStopped, type ChainModel, type ChainQuestion } from './chain-model';
import { chatModelError } from './chat-errors';
import { plainMessages } from './chat-messages';
import { answerOf, identityOf, reasonOf, textOf, type ChainMessage } from './chat-reply';

/** Whose models they are, wherever they run. */
const PROVIDER = 'n8n';

/** A chat model connected to the router's node. */
export interface ConnectedCandidate {
  chatModel: object;
  /** As it stands on the canvas; it may be named by this. */
  nodeName: string;
}

export interface CandidateOptions {
  /** The author vouches that all of them run on this machine. */
  local: boolean;
  /** Tells equal names in two workflows apart. */
  workflowId: string;
}

/** Connected chat models as services the router may choose beside the team's own, each with its one model `n8n/<model>`. */
export function connectedCandidates(connected: readonly ConnectedCandidate[], options: CandidateOptions): ModelDriver[] {
  const names = connected.map(({ chatModel, nodeName }) => modelName(chatModel, nodeName));
  return connected.map((candidate, index) => {
    const isTwice = names.filter((name) => name === names[index]).length > 1;
    return candidateDriver(candidate, { ...options, name: names[index]!, id: `${PROVIDER}/${isTwice ? `${names[index]!} (${candidate.nodeName})` : names[index]!}` });
  });
}

interface NamedOptions extends CandidateOptions {
  name: string;
  id: string;
}

function candidateDriver({ chatModel, nodeName }: ConnectedCandidate, { id, name, local, workflowId }: NamedOptions): ModelDriver {
  const identity = { ...identityOf(chatModel, local), name };
  const model = withoutRetries(chatModel);
  const listed: CatalogModel = { ...modelByName({ id, provider: PROVIDER, name, alias: nodeName, local, tools: model.bindTools !== undefined, vendor: identity.provider, address: addressOf(chatModel) }), answerTokens: longestAnswerOf(chatModel) };
  return {
    provider: PROVIDER,
    local,
    address: `n8n://${encodeURIComponent(workflowId)}.${encodeURIComponent(nodeName)}`,
    listModels: async () => [listed],
    async *stream(call, signal) {
      const { messages, tools, schema, toolChoice }: ModelCall = call;
      const question: ChainQuestion = { model, identity, request: { messages, tools, schema, toolChoice }, signal };
      try {
        const message = schema || !model.stream ? yield* whole(question) : yield* spoken(question);
        const { toolCalls, finishReason, usage } = answerOf(message);
        for (const toolCall of toolCalls) yield { type: 'tool-call', call: toolCall };
        yield { type: 'finish', reason: finishReason, usage };
      } catch (error) {
        throw chatModelError(error, name, signal);
      }
    },
  };
}

/** Text as it comes. @throws {ProviderDownError} when the answer breaks off */
async function* spoken(question: ChainQuestion): AsyncGenerator<DriverChunk, ChainMessage> {
  const { signal, identity } = question;
  const { model, options } = plainQuestion(question);
  const chunks = await unlessStopped(model.stream!(plainMessages(question.request.messages), options), signal);
  const iterator = chunks[Symbol.asyncIterator]();
  const thoughts = new ThinkFilter();
  let message: ChainMessage & { concat?(more: object): ChainMessage } = {};
  try {
    for (;;) {
      const { done, value } = await unlessStopped(iterator.next(), signal);
      if (done) break;
      message = message.concat ? message.concat(value as object) : (value as ChainMessage);
      yield toChunk(thoughts.push(textOf(value as ChainMessage)));
    }
  } finally {
    // Not awaited: n8n's Ollama model does not end before its server answers.
    void iterator.return?.().catch(() => {});
  }
  if (!hasEnded(message, identity.provider)) throw new ProviderDownError(`The connected model ${identity.name} broke off in the middle of its answer.`, { hint: 'Try again; otherwise look at the log of its service.' });
  yield toChunk(thoughts.end());
  return message;
}

function toChunk(text: string): DriverChunk {
  return text === '' ? { type: 'progress' } : { type: 'text', text };
}

/** Clients end a stream that was cut as they end one that is complete; only the last part of an answer tells why it ended, and what it used. */
function hasEnded(message: ChainMessage, vendor: string): boolean {
  if (reasonOf(message) !== undefined) return true;
  if (vendor === 'anthropic' || vendor === 'ollama') return false;
  return vendor !== 'openai' || message.usage_metadata !== undefined;
}

/** How often a model that shows nothing while it works is said to be at work. */
const HEARTBEAT_MS = 15_000;
/** As long as a local model may take to its first token. */
const LONGEST_MS = 600_000;

/** The answer in one piece: where a schema may have to be asked for in another way, and from models that do not stream. */
async function* whole(question: ChainQuestion): AsyncGenerator<DriverChunk, ChainMessage> {
  const answer = askChainModel(question);
  for (let waitedMs = 0; waitedMs < LONGEST_MS; waitedMs += HEARTBEAT_MS) {
    const message = await within(answer, HEARTBEAT_MS);
    if (!message) {
      yield { type: 'progress' };
      continue;
    }
    const thoughts = new ThinkFilter();
    yield toChunk(thoughts.push(textOf(message)) + thoughts.end());
    return message;
  }
  throw new ModelStalledError(`The connected model ${question.identity.name} gave no answer within ${LONGEST_MS / 1_000} s.`, { hint: 'Check that its server is at work, or connect a faster model.' });
}

/** @returns undefined when it takes longer */
async function within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function modelName(chatModel: object, nodeName: string): string {
  const { name, provider } = identityOf(chatModel, false);
  return name === provider ? nodeName : name;
}

/** The router is the only one that tries again: it may know a model that answers at once. The model was made for our node alone. */
function withoutRetries(chatModel: object): ChainModel {
  const { invoke, caller } = chatModel as { invoke?: unknown; caller?: { maxRetries?: unknown } };
  if (typeof invoke !== 'function') throw new InvalidInputError('What is connected to the router is no chat model.', { hint: 'Connect chat-model nodes such as OpenAI Chat Model or Ollama Chat Model.' });
  if (typeof caller?.maxRetries === 'number') caller.maxRetries = 0;
  return chatModel as ChainModel;
}

/** As its node says; LangChain takes no other limit with a call. */
function longestAnswerOf(chatModel: object): number {
  const { maxTokens } = chatModel as { maxTokens?: unknown };
  return typeof maxTokens === 'number' && maxTokens > 0 ? maxTokens : LONGEST_ANSWER_TOKENS;
}

/** Where its client asks; each vendor has its own name for it. */
function addressOf(chatModel: object): string | undefined {
  const { clientConfig, apiUrl, baseUrl, baseURL } = chatModel as { clientConfig?: { baseURL?: unknown }; apiUrl?: unknown; baseUrl?: unknown; baseURL?: unknown };
  return [clientConfig?.baseURL, apiUrl, baseUrl, baseURL].find((address): address is string => typeof address === 'string' && URL.canParse(address));
}
