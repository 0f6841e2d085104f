import type { AgentModel } from '../../agents';
import type { ModelReply, ModelRequest } from '../../router';

/** One answer: text, a value sent as JSON, a whole reply's parts, an error to throw, or whatever a function makes of the request. */
export type ScriptedAnswer = string | Error | ScriptedReply | ((request: ModelRequest, signal: AbortSignal) => string | ScriptedReply | Promise<string | ScriptedReply>);
export interface ScriptedReply extends Partial<Omit<ModelReply, 'decision'>> {
  json?: unknown;
  decision?: Partial<ModelReply['decision']>;
}

export interface ScriptedModel extends AgentModel {
  /** Everything that was asked, in order. */
  readonly requests: ModelRequest[];
}

/** A model that answers in order; the last answer repeats only when `repeatLast` is set, otherwise asking too often is an error. */
export function scriptedModel(answers: ScriptedAnswer[], options: { model?: string; local?: boolean; costUsd?: number | null; repeatLast?: boolean } = {}): ScriptedModel {
  const requests: ModelRequest[] = [];
  return {
    requests,
    async complete(request, signal) {
      requests.push(structuredClone(request));
      const index = options.repeatLast ? Math.min(requests.length, answers.length) - 1 : requests.length - 1;
      const answer = answers[index];
      if (answer === undefined) throw new RangeError(`The script has ${answers.length} answers; this is ask ${requests.length}.`);
      if (answer instanceof Error) throw answer;
      return wholeReply(typeof answer === 'function' ? await answer(request, signal) : answer, request, options);
    },
  };
}

/** A model that answers every request by the function, for tests in which the order is not fixed. */
export function answeringModel(answer: (request: ModelRequest, signal: AbortSignal) => string | ScriptedReply | Promise<string | ScriptedReply>, options: { model?: string; local?: boolean; costUsd?: number | null } = {}): ScriptedModel {
  return scriptedModel([answer], { ...options, repeatLast: true });
}

function wholeReply(answer: string | ScriptedReply, request: ModelRequest, options: { model?: string; local?: boolean; costUsd?: number | null }): ModelReply {
  const { json, decision, ...parts } = typeof answer === 'string' ? { text: answer } as ScriptedReply : answer;
  const local = options.local ?? true;
  return {
    text: json === undefined ? '' : JSON.stringify(json),
    toolCalls: [],
    finishReason: parts.toolCalls?.length ? 'tool-calls' : 'stop',
    usage: { promptTokens: 100, completionTokens: 20 },
    ...parts,
    decision: {
      callId: 'scripted', model: options.model ?? 'scripted/small', provider: 'scripted', local, privacy: request.facts.privacy, complexity: 0.5, confidence: 0.5,
      preset: 'localFirst', candidates: [], estimatedCostUsd: null, costUsd: options.costUsd === undefined ? (local ? 0 : 0.01) : options.costUsd, cached: false, ...decision,
    },
  };
}
