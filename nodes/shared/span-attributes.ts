import type { IExecuteFunctions, ISupplyDataFunctions, ITaskMetadata } from 'n8n-workflow';
import type { ModelReply } from '../../router';

/** What is told about one or more model calls; never a word of prompt or answer. */
export interface TracedCalls {
  calls: number;
  model: string;
  provider: string;
  local: boolean;
  privacy?: string;
  promptTokens: number;
  completionTokens: number;
  /** `null`: unknown. */
  costUsd: number | null;
  callId?: string;
}

/** The OpenTelemetry conventions' names where there is one; n8n puts `n8n.node.custom.` before each. */
const NAMES = {
  model: 'gen_ai.response.model',
  provider: 'gen_ai.provider.name',
  promptTokens: 'gen_ai.usage.input_tokens',
  completionTokens: 'gen_ai.usage.output_tokens',
  calls: 'aios.calls',
  local: 'aios.local',
  privacy: 'aios.privacy',
  costUsd: 'aios.cost_usd',
  callId: 'aios.call_id',
} as const;

/** Of a node that works on many items, as many different values are named. */
const MOST_NAMED = 5;
const STRICTEST_LAST = ['public', 'internal', 'secret'];

/** Tells n8n's OpenTelemetry about the calls of one run of a node: sums, the strictest label, and a few names. */
export class SpanAttributes {
  private sum: TracedCalls | undefined;

  constructor(private readonly context: IExecuteFunctions | ISupplyDataFunctions) {}

  add(calls: TracedCalls): void {
    if (calls.calls === 0) return;
    this.sum = this.sum ? together(this.sum, calls) : calls;
    const { context } = this;
    // n8n's type of sub-nodes does not name it, and an older n8n may not have it.
    if ('setMetadata' in context && typeof context.setMetadata === 'function') (context.setMetadata as (metadata: ITaskMetadata) => void)({ tracing: attributesOf(this.sum) });
  }
}

export function callOf({ usage, decision }: ModelReply): TracedCalls {
  const { model, provider, local, privacy, costUsd, callId } = decision;
  return { calls: 1, model, provider, local, privacy, ...usage, costUsd, callId };
}

function together(sum: TracedCalls, more: TracedCalls): TracedCalls {
  return {
    calls: sum.calls + more.calls,
    model: named(sum.model, more.model)!,
    provider: named(sum.provider, more.provider)!,
    local: sum.local && more.local,
    privacy: STRICTEST_LAST.findLast((label) => label === sum.privacy || label === more.privacy),
    promptTokens: sum.promptTokens + more.promptTokens,
    completionTokens: sum.completionTokens + more.completionTokens,
    costUsd: sum.costUsd === null || more.costUsd === null ? null : sum.costUsd + more.costUsd,
    callId: named(sum.callId, more.callId),
  };
}

function named(before: string | undefined, next: string | undefined): string | undefined {
  const names = before?.split(', ') ?? [];
  return next === undefined || names.includes(next) || names.length === MOST_NAMED ? before : [...names, next].join(', ');
}

function attributesOf(sum: TracedCalls): NonNullable<ITaskMetadata['tracing']> {
  const known = Object.entries(NAMES).map(([field, name]) => [name, sum[field as keyof typeof NAMES] ?? undefined] as const);
  return Object.fromEntries(known.filter((entry): entry is [(typeof entry)[0], string | number | boolean] => entry[1] !== undefined));
}
