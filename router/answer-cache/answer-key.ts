import { contentHash, keyedHash } from '../../kernel';
import { mayLeaveMachine } from '../../privacy';
import type { ModelRequest } from '../request';
import { plainWording } from './plain-wording';

/** Above it a different answer each time is what was asked for. */
const HIGHEST_TEMPERATURE = 0.7;
/** Raised when keys change their meaning: older answers are then never found. */
const VERSION = 2;

/**
 * May an answer to this request be given again? Only when its author asked for that. Turns with tools act on the world as it is now; a secret
 * request leaves no trace.
 */
export function isReusable({ facts, tools, messages, temperature }: ModelRequest): boolean {
  if (facts.reuseMinutes === undefined || facts.reuseMinutes <= 0 || !mayLeaveMachine(facts.privacy)) return false;
  const usesTools = (tools ?? []).length > 0 || messages.some((message) => message.role === 'tool' || (message.role === 'assistant' && (message.toolCalls ?? []).length > 0));
  return !usesTools && (temperature ?? 0) <= HIGHEST_TEMPERATURE;
}

/**
 * Equal for requests that would be asked of the same model with the same words, under the same label and for the same role. Where similar ones
 * count, the wording of a single question may differ as `plainWording` says.
 *
 * @param secret the team's
 * @param model who would be asked, or has answered
 */
export function answerKey({ facts, messages, schema, temperature, maxOutputTokens, toolChoice, connected = [] }: ModelRequest, model: string, secret: string): string {
  const { privacy, role, preset, allowedModels, escalateFrom, strongerWhenUnsure = false, reuseSimilar = false } = facts;
  const said = reuseSimilar ? withPlainQuestion(messages) : messages;
  // Two workflows may connect models of one name with different accounts, addresses and settings.
  const beside = connected.map(({ provider, address }) => `${provider} ${address}`).sort();
  const content = { version: VERSION, similar: reuseSimilar, model, privacy, role, preset, askedFirst: facts.model, allowedModels, escalateFrom, strongerWhenUnsure, said, schema, temperature, maxOutputTokens, toolChoice, connected: beside };
  // Through JSON: what is left out and what is undefined are the same.
  return keyedHash(secret, contentHash(JSON.parse(JSON.stringify(content))));
}

// Beside instructions or an earlier turn a text may be material, in which courtesies and marks count: there nothing is similar.
function withPlainQuestion(messages: ModelRequest['messages']): ModelRequest['messages'] {
  const [only, ...others] = messages;
  return only?.role === 'user' && others.length === 0 ? [{ ...only, text: plainWording(only.text) }] : messages;
}
