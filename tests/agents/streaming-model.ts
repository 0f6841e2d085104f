import { BaseChatModel, type BaseChatModelCallOptions } from '@langchain/core/language_models/chat_models';
import { AIMessage, AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import { ChatGenerationChunk } from '@langchain/core/outputs';

type Options = BaseChatModelCallOptions & Record<string, unknown>;

/** What the vendor does with one call: these parts in turn, an error thrown, or nothing for ever. */
export type Part = AIMessageChunk | Error | 'silence';

export interface VendorCall {
  messages: BaseMessage[];
  options: Options;
  tools?: unknown[];
  toolOptions?: unknown;
}

/** A real LangChain chat model that streams; its vendor is the test. */
export class StreamingModel extends BaseChatModel<Options> {
  readonly asked: VendorCall[] = [];
  clientConfig?: { baseURL: string };

  constructor(readonly model: string, private readonly answers: Part[][], private readonly vendor = 'openai', private readonly bound?: { root: StreamingModel; tools: unknown[]; toolOptions?: unknown }) {
    super({});
  }

  _llmType() {
    return this.vendor;
  }

  async _generate(messages: BaseMessage[], options: Options) {
    let whole: AIMessageChunk | undefined;
    for await (const { message } of this._streamResponseChunks(messages, options)) whole = whole ? whole.concat(message as AIMessageChunk) : (message as AIMessageChunk);
    return { generations: [{ text: whole!.text, message: new AIMessage({ content: whole!.content, tool_calls: whole!.tool_calls, usage_metadata: whole!.usage_metadata, response_metadata: whole!.response_metadata }) }] };
  }

  override async *_streamResponseChunks(messages: BaseMessage[], options: Options): AsyncGenerator<ChatGenerationChunk> {
    const { root, tools, toolOptions } = this.bound ?? { root: this as StreamingModel };
    root.asked.push({ messages, options, tools, toolOptions });
    for (const part of root.answers[root.asked.length - 1] ?? said('ok')) {
      if (part instanceof Error) throw part;
      if (part === 'silence') await new Promise(() => {});
      else yield new ChatGenerationChunk({ text: part.text, message: part });
    }
  }

  override bindTools(tools: unknown[], toolOptions?: unknown): never {
    return new StreamingModel(this.model, [], this.vendor, { root: this, tools, toolOptions }) as never;
  }
}

export function said(...texts: string[]): Part[] {
  return [...texts.map((content) => new AIMessageChunk({ content })), END];
}

export const END = new AIMessageChunk({ content: '', response_metadata: { finish_reason: 'stop' }, usage_metadata: { input_tokens: 7, output_tokens: 3, total_tokens: 10 } });

export function refused(status: number, more: object = {}): Part[] {
  return [Object.assign(new Error('refused'), { status, ...more })];
}
