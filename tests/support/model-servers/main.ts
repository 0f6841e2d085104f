import { parseArgs } from 'node:util';
import { sentenceVectors, startAnthropicServer, startOllamaServer, startOpenAiServer } from './index';

const KINDS = { ollama: startOllamaServer, anthropic: startAnthropicServer, openai: startOpenAiServer };
const DEFAULT_MODELS = { ollama: 'qwen3:8b', anthropic: 'claude-sonnet-4-5', openai: 'gpt-4o-mini' };
const USAGE = 'Usage: tsx tests/support/model-servers/main.ts --kind ollama|anthropic|openai [--port P] [--models a,b] [--api-key K] [--first-token-delay-ms N] [--token-delay-ms N] [--embeddings sentences]';

/** Serves until it is told to stop; prints one line `{"event":"ready","url":…}`. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kind: { type: 'string', default: 'ollama' },
      port: { type: 'string', default: '0' },
      models: { type: 'string' },
      'api-key': { type: 'string' },
      'first-token-delay-ms': { type: 'string', default: '0' },
      'token-delay-ms': { type: 'string', default: '0' },
      embeddings: { type: 'string' },
    },
  });
  if (!(values.kind in KINDS)) {
    process.stderr.write(`${USAGE}\n`);
    process.exit(2);
  }
  const kind = values.kind as keyof typeof KINDS;
  const server = await KINDS[kind]({
    models: (values.models ?? DEFAULT_MODELS[kind]).split(','),
    port: Number(values.port),
    apiKey: values['api-key'],
    firstTokenDelayMs: Number(values['first-token-delay-ms']),
    tokenDelayMs: Number(values['token-delay-ms']),
    ...(values.embeddings === 'sentences' && { embed: await sentenceVectors() }),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close().then(() => process.exit(0)));
  process.stdout.write(`${JSON.stringify({ event: 'ready', url: server.url })}\n`);
}

void main();
