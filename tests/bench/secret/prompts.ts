import type { ChatMessage, ModelRequest, Preset, RequestFacts } from '../../../router';
import { scanText } from '../../../privacy';
import { generatedPeople } from '../privacy/generated-people';
import { generatedSecrets } from '../privacy/generated-secrets';
import type { Random } from '../privacy/random';

/** Stands in every prompt; a byte stream with it has carried one. */
export const MARK = 'zebra-harbour';

export interface SecretPrompt {
  text: string;
  /** Who says that it is secret: the author, or what stands in it. */
  by: 'label' | 'content';
}

/** What the detector would miss is left out: how much that is, `npm run bench:privacy` says. */
export function secretPrompts(random: Random, count: number): SecretPrompt[] {
  const rows = [...generatedSecrets(random, count), ...generatedPeople(random, count)].map(({ text }) => text).filter((text) => scanText(text).length > 0);
  return Array.from({ length: count }, (_, index) => {
    const by = random.pick(['label', 'content', 'content'] as const);
    return { by, text: by === 'label' ? `The code word of plan ${index} is ${MARK}.` : `About ${MARK} ${index}:\n${random.pick(rows)}` };
  });
}

const PRESETS: Preset[] = ['localFirst', 'balanced', 'cheapest', 'fastest', 'best', 'privateOnly'];
export const LOCAL = ['ollama/qwen3:8b', 'ollama/qwen3:1b'];
export const CLOUD = ['anthropic/claude-opus-4-5', 'openai-compatible/gpt-4o'];

/** The prompt in one of the places a request has, with facts that all speak for the cloud. */
export function requestWith({ text, by }: SecretPrompt, random: Random): ModelRequest {
  const question: ChatMessage = { role: 'user', text: `Go on with ${MARK}.` };
  const call = { id: 'c1', name: 'look', arguments: { about: text } };
  const tool = { name: 'look', description: 'Looks it up.', schema: { type: 'object', properties: { about: { type: 'string' } } } };
  const place = random.pick<Partial<ModelRequest>>([
    { messages: [{ role: 'user', text }] },
    { messages: [{ role: 'user', text }] },
    { messages: [{ role: 'system', text }, question] },
    { messages: [{ role: 'user', text }, { role: 'assistant', text: 'I see.' }, question] },
    { messages: [question, { role: 'assistant', text: '', toolCalls: [call] }, { role: 'tool', toolCallId: 'c1', toolName: 'look', text: 'nothing' }], tools: [tool] },
    { messages: [question, { role: 'assistant', text: '', toolCalls: [{ ...call, arguments: { about: 'it' } }] }, { role: 'tool', toolCallId: 'c1', toolName: 'look', text: JSON.stringify({ found: text }) }], tools: [tool] },
    { messages: [question], tools: [{ ...tool, description: text }], toolChoice: random.pick(['auto', 'required'] as const) },
    { messages: [question], schema: { name: 'answer', schema: { type: 'object', properties: { about: { type: 'string', description: text } }, required: ['about'] } } },
  ]);
  return { messages: [question], ...place, facts: facts(by, random) };
}

function facts(by: SecretPrompt['by'], random: Random): RequestFacts {
  return {
    privacy: by === 'label' ? 'secret' : random.pick(['public', 'internal'] as const),
    preset: random.pick(PRESETS),
    ...random.pick<Partial<RequestFacts>>([{}, { reuseMinutes: 60 }, { reuseMinutes: 60, reuseSimilar: true }]),
    ...random.pick<Partial<RequestFacts>>([{}, { model: CLOUD[0] }, { model: CLOUD[1] }, { escalateFrom: LOCAL[0] }, { allowedModels: [...CLOUD] }, { allowedModels: [...CLOUD, ...LOCAL], model: CLOUD[0] }, { budgetUsd: 10, runId: 'run-1' }, { deadlineS: 5 }]),
  };
}
