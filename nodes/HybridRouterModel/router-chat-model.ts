import type { BaseChatModel, ChatModelConfig, GenerateResult, Message, StreamChunk } from '@n8n/ai-node-sdk';
import type { JsonObject } from '../../kernel';
import type { Privacy } from '../../privacy';
import type { Decision, ModelDriver, ModelReply, ModelRequest, OutputSchema, RequestFacts, Router } from '../../router';
import { aiNodeSdk } from '../shared/ai-node-sdk';
import { chatMessages, contentOf, finishReasonOf, toolSpecs, usageOf } from './messages';

/** The node's own settings; what a caller asks for can only narrow them. */
export type RouterModelSettings = Pick<ModelRequest, 'temperature' | 'maxOutputTokens' | 'facts'>;

/** What our agents hand over in the call option `aios`; other callers know nothing of it. */
export interface AiosCallOption extends Partial<RequestFacts> {
  schema?: OutputSchema;
  toolChoice?: ModelRequest['toolChoice'];
}

export interface CallConfig extends ChatModelConfig {
  /** LangChain's name for `abortSignal`. */
  signal?: AbortSignal;
  aios?: AiosCallOption;
  /** Told which model answered a streamed call; n8n's adapter would drop it. */
  tellDecision?(decision: Decision): void;
}

export interface RouterModelParts {
  router: Router;
  settings: RouterModelSettings;
  /** Candidates beside the team's own models. */
  connected: readonly ModelDriver[];
  strictestPrivacy(...labels: Array<Privacy | undefined>): Privacy;
  toolArgumentsSchema(schema: unknown): JsonObject;
  executionSignal: AbortSignal | undefined;
  /** Told of every answer. */
  heard(reply: ModelReply): void;
  /** For callers that show errors to people. Our own agents get the error itself: they act on its code. */
  asNodeError(error: unknown): Error;
}

/** The team's router as the chat model n8n's agents and chains know. */
export function routerChatModel(parts: RouterModelParts): BaseChatModel<CallConfig> {
  const { BaseChatModel: Base } = aiNodeSdk();

  class RouterChatModel extends Base<CallConfig> {
    async generate(messages: Message[], config: CallConfig = {}): Promise<GenerateResult> {
      try {
        const reply = await parts.router.complete(this.request(messages, config), signalOf(parts, config));
        parts.heard(reply);
        return generateResult(reply);
      } catch (error) {
        throw config.aios ? error : parts.asNodeError(error);
      }
    }

    async *stream(messages: Message[], config: CallConfig = {}): AsyncIterable<StreamChunk> {
      try {
        for await (const chunk of parts.router.stream(this.request(messages, config), signalOf(parts, config))) {
          if (chunk.type === 'text') yield { type: 'text-delta', delta: chunk.text };
          else if (chunk.type === 'tool-call') yield { type: 'tool-call-delta', id: chunk.call.id, name: chunk.call.name, argumentsDelta: JSON.stringify(chunk.call.arguments) };
          else {
            parts.heard(chunk.reply);
            config.tellDecision?.(chunk.reply.decision);
            yield { type: 'finish', finishReason: finishReasonOf(chunk.reply), usage: usageOf(chunk.reply) };
          }
        }
      } catch (error) {
        throw config.aios ? error : parts.asNodeError(error);
      }
    }

    private request(messages: Message[], config: CallConfig): ModelRequest {
      const { schema, toolChoice, ...facts } = config.aios ?? {};
      return {
        messages: chatMessages(messages),
        tools: toolSpecs(this.tools, parts.toolArgumentsSchema),
        toolChoice,
        schema,
        temperature: config.temperature ?? parts.settings.temperature,
        maxOutputTokens: config.maxTokens ?? parts.settings.maxOutputTokens,
        connected: parts.connected,
        facts: narrowed(parts, facts),
      };
    }
  }

  return new RouterChatModel('aios', 'hybrid-router');
}

function generateResult(reply: ModelReply): GenerateResult {
  return {
    id: reply.decision.callId,
    finishReason: finishReasonOf(reply),
    message: { role: 'assistant', content: contentOf(reply) },
    usage: usageOf(reply),
    providerMetadata: { aios: reply.decision },
  };
}

// What the author set on this node holds; privacy alone can be raised by the caller, and ids are the caller's to give.
function narrowed({ settings, strictestPrivacy }: RouterModelParts, facts: Partial<RequestFacts>): RequestFacts {
  const { facts: own } = settings;
  const set = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return { ...facts, ...set, privacy: strictestPrivacy(own.privacy, facts.privacy), role: own.role ?? facts.role };
}

function signalOf({ executionSignal }: RouterModelParts, config: CallConfig): AbortSignal {
  const signals = [executionSignal, config.signal, config.abortSignal].filter((signal) => signal !== undefined);
  return AbortSignal.any(signals);
}
