/**
 * Real HTTP servers that speak the wire protocols of the model services we use. They never look at the prompt:
 * a request is answered from its schema (or forced tool) alone, or from the test's own list.
 *
 *     const ollama = await startOllamaServer({ models: ['qwen3:8b'], answers: ['Hello'], faults: [{ kind: 'reset' }, undefined] });
 *     … ollama.url, ollama.requests, ollama.chatRequests(), ollama.openSockets() …
 *     await ollama.close();
 *
 * By hand or from end-to-end tests: `tsx tests/support/model-servers/main.ts --kind ollama --port 11434 --models qwen3:8b`
 */
export { startAnthropicServer, type AnthropicServerOptions } from './anthropic-server';
export { answerFromSchema } from './answer-from-schema';
export type { ModelServer, ModelServerOptions, RecordedRequest } from './model-server';
export { sentenceVectors, startOllamaServer, type OllamaServerOptions } from './ollama-server';
export { startOpenAiServer, type OpenAiServerOptions } from './openai-server';
export type { Answer, Fault, ServedModel } from './protocol';
