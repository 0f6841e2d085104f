import { contentHash } from '../kernel';
import type { Privacy } from '../privacy';
import type { ChatMessage } from '../router';
import type { AgentCall } from './agents';
import type { AgentDeps } from './deps';
import type { HeldRun } from './held-run';

/** `small`: the prompt leaves a window of 4,096 tokens room to work; `roomy`: one of 8,192. */
export type PromptSize = 'small' | 'roomy';

/** From here on the roomy prompts fit with their answer. Tokens. */
const ROOMY_WINDOW_TOKENS = 8_192;

/** What a conversation with tools may take of the window, and one result of it: characters, three to four of which are a token. */
export const LOOP_ROOM: Record<PromptSize, { promptTokens: number; resultCharacters: number }> = {
  small: { promptTokens: 2_900, resultCharacters: 2_400 },
  roomy: { promptTokens: 6_200, resultCharacters: 8_000 },
};

export interface SizedPrompt {
  /** In the journal; unique within the run. */
  key: string;
  privacy: Privacy;
  role: string;
  /** Does more come to the prompt later, as in a conversation with tools? */
  grows: boolean;
  compose(size: PromptSize): ChatMessage[];
}

/**
 * A prompt as large as the smallest window among the models that may be asked allows. Where small and roomy are the same, nobody is asked for windows.
 * The size is journaled, because a replay must ask what was asked, whatever models there are by then.
 */
export async function sizedPrompt(deps: Pick<AgentDeps, 'windowTokens'>, held: HeldRun, call: AgentCall, { key, privacy, role, grows, compose }: SizedPrompt): Promise<{ messages: ChatMessage[]; size: PromptSize }> {
  const [small, roomy] = [compose('small'), compose('roomy')];
  if (!grows && small.every(({ text }, index) => text === roomy[index]!.text)) return { messages: roomy, size: 'roomy' };
  const sizeNow = async (): Promise<PromptSize> => {
    // What a wired model can hold is not known; nearly all that are wired hold this much.
    const windowTokens = call.model ? ROOMY_WINDOW_TOKENS : await deps.windowTokens({ privacy, role, preset: call.preset }, held.signal);
    return windowTokens >= ROOMY_WINDOW_TOKENS ? 'roomy' : 'small';
  };
  const size = (await held.journal.step(key, contentHash(['prompt size']), sizeNow, 'repeat')).output;
  return { messages: size === 'small' ? small : roomy, size };
}
