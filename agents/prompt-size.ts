import { contentHash } from '../kernel';
import type { Privacy } from '../privacy';
import { estimatePromptTokens, type ChatMessage, type OutputSchema } from '../router';
import type { AgentCall } from './agents';
import type { AgentDeps } from './deps';
import type { HeldRun } from './held-run';

/** `small`: prompts leave a window of 4,096 tokens room to work; `roomy`: one of 8,192. */
export type PromptSize = 'small' | 'roomy';

/** From here on the roomy prompts fit with their answer. Tokens. */
const ROOMY_WINDOW_TOKENS = 8_192;

/**
 * Tokens a prompt may take, and the part of them its beginning may take where a conversation with tools follows; characters the results of one turn
 * may have together, two to four of which are a token.
 */
export const PROMPT_ROOM: Record<PromptSize, { promptTokens: number; beginningTokens: number; resultCharacters: number }> = {
  small: { promptTokens: 2_800, beginningTokens: 1_600, resultCharacters: 2_000 },
  roomy: { promptTokens: 6_000, beginningTokens: 3_800, resultCharacters: 8_000 },
};

/** How much of what there is to tell is told, most first. */
const SHARES = [1, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.08] as const;

export interface SizedPrompt {
  /** In the journal; unique within the run. */
  key: string;
  privacy: Privacy;
  role: string;
  schema: OutputSchema;
  /** Does more come to the prompt later, as in a conversation with tools? */
  grows: boolean;
  /** @param share 0..1 of the room each part of the material may take */
  compose(share: number): ChatMessage[];
}

/**
 * A prompt as large as the smallest window among the models that may be asked allows. Where the whole of it is small, nobody is asked for windows.
 * The size is journaled, because a replay must ask what was asked, whatever models there are by then.
 */
export async function sizedPrompt(deps: Pick<AgentDeps, 'windowTokens'>, held: Pick<HeldRun, 'journal' | 'signal'>, call: AgentCall, prompt: SizedPrompt): Promise<FittingPrompt & { size: PromptSize }> {
  const { key, privacy, role } = prompt;
  const whole = prompt.compose(1);
  if (!prompt.grows && estimatePromptTokens({ messages: whole, schema: prompt.schema }) <= PROMPT_ROOM.small.promptTokens) return { messages: whole, share: 1, size: 'small' };
  const sizeNow = async (): Promise<PromptSize> => {
    // What a wired model can hold is not known; nearly all that are wired hold this much.
    const windowTokens = call.model ? ROOMY_WINDOW_TOKENS : await deps.windowTokens({ privacy, role, preset: call.preset }, held.signal);
    return windowTokens >= ROOMY_WINDOW_TOKENS ? 'roomy' : 'small';
  };
  const size = (await held.journal.step(key, contentHash(['prompt size']), sizeNow, 'repeat')).output;
  return { ...fitting(prompt, size), size };
}

function fitting(prompt: SizedPrompt, size: PromptSize): FittingPrompt {
  const { promptTokens, beginningTokens } = PROMPT_ROOM[size];
  return mostThatFits(prompt.compose, prompt.grows ? beginningTokens : promptTokens, prompt.schema);
}

/** What is told, and how much of what there is that is. */
export interface FittingPrompt {
  messages: ChatMessage[];
  /** 0..1, as `compose` was given it. */
  share: number;
}

/**
 * The most that fits; the least there is, when even that is too much: the task itself is never cut. Rooms are in characters, and what they are in tokens depends
 * on the script: one token has four letters of English, and a Chinese character is one or two.
 */
export function mostThatFits(compose: SizedPrompt['compose'], mostTokens: number, schema?: OutputSchema): FittingPrompt {
  let least: FittingPrompt;
  for (const share of SHARES) {
    least = { messages: compose(share), share };
    if (estimatePromptTokens({ messages: least.messages, schema }) <= mostTokens) break;
  }
  return least!;
}

type Room = { readonly [part: string]: number | Room };

/** @param room characters of each part when all is told */
export function shareOfRoom<R extends Room>(room: R, share: number): { [Part in keyof R]: R[Part] extends number ? number : { [Inner in keyof R[Part]]: number } } {
  const scaled = (value: number | Room): unknown => (typeof value === 'number' ? Math.floor(value * share) : Object.fromEntries(Object.entries(value).map(([part, inner]) => [part, scaled(inner)])));
  return scaled(room) as ReturnType<typeof shareOfRoom<R>>;
}
