import { contentHash } from '../kernel';
import type { ChatMessage, ModelReply, ToolCall, ToolSpec } from '../router';
import type { AgentTool } from './agents';
import type { HeldRun } from './held-run';
import { openLoopGuard } from './loop-guard';
import type { ModelSession } from './model-session';
import { PROMPT_ROOM, type PromptSize } from './prompt-size';
import { toolCallsOf } from './recovered-calls';
import { shortenedTurns } from './shortened-turns';
import type { ToolGate } from './tool-gate';
import { allowedTools, carryOutCalls, toolNamed } from './tool-turn';

/** Turns in which the model may call tools; most tasks need 2 or 3, and a model that circles never ends by itself. */
export const MAX_TOOL_TURNS = 8;

export type ToolLoopEnd =
  /** The model has what it needs; `messages` is the whole conversation, `turns` how many it took. */
  | { status: 'ready'; messages: ChatMessage[]; turns: number }
  | { status: 'stopped'; reason: 'max-turns' | 'circles'; turns: number };

interface ToolLoop {
  messages: ChatMessage[];
  tools: readonly AgentTool[];
  gate: ToolGate;
  /** Who wants the run done; what a tool starts is wanted by him as well. */
  submittedBy: string | undefined;
  taskId: string;
  /** `task/attempt`; turn and call are appended. */
  keyPrefix: string;
  escalateFrom?: string;
  /** Turns in which the model may call tools; default {@link MAX_TOOL_TURNS}. */
  maxTurns?: number;
  /** How much a prompt may hold. */
  size: PromptSize;
}

/**
 * Lets the model call tools until it stops asking for them. Every call's result is journaled like a model's answer.
 *
 * @throws {WaitsForApprovalError} when a call needs a person; the next time the loop comes to it by the journal
 */
export async function useTools(session: ModelSession, held: HeldRun, loop: ToolLoop): Promise<ToolLoopEnd> {
  const { maxTurns = MAX_TOOL_TURNS } = loop;
  if (maxTurns === 0 || allowedTools(loop.tools, session).length === 0) return { status: 'ready', messages: loop.messages, turns: 0 };
  const messages = [...loop.messages];
  const guard = openLoopGuard();
  const { promptTokens, resultCharacters } = PROMPT_ROOM[loop.size];
  const bench = { session, held, tools: loop.tools, gate: loop.gate, submittedBy: loop.submittedBy, resultCharacters, idempotencyKeyOf: effectKeys(held.lease.runId, loop.taskId) };
  for (let turn = 1; turn <= maxTurns; turn++) {
    const tools = allowedTools(loop.tools, session).map(({ name, description, schema }): ToolSpec => ({ name, description, schema }));
    const asked = shortenedTurns(messages, loop.messages.length, tools, promptTokens);
    const reply = await session.ask({ key: `${loop.keyPrefix}/${turn}`, messages: asked, tools, escalateFrom: loop.escalateFrom });
    if (isCutCall(reply)) {
      messages.push(...afterCut(reply));
      continue;
    }
    const calls = toolCallsOf(reply, tools, asked);
    if (calls.length === 0) return ready(loop, [...messages, ...(reply.text === '' ? [] : [{ role: 'assistant' as const, text: reply.text }])], turn);
    if (calls.some(({ name }) => !toolNamed(loop, name))) await session.judge(reply, { ok: false, by: 'tool-call' });
    messages.push({ role: 'assistant', text: reply.toolCalls.length > 0 ? reply.text : '', toolCalls: calls });
    const texts = await carryOutCalls(bench, `${loop.keyPrefix}/${turn}`, calls);
    messages.push(...calls.map((call, index) => ({ role: 'tool' as const, toolCallId: call.id, toolName: call.name, text: texts[index]! })));
    if (calls.some((call, index) => guard.goesInCircles({ name: call.name, arguments: call.arguments, result: texts[index]! }))) return { status: 'stopped', reason: 'circles', turns: turn };
  }
  const last = session.lastReply();
  if (last) await session.judge(last, { ok: false, by: 'tool-call' });
  return { status: 'stopped', reason: 'max-turns', turns: maxTurns };
}

/** What is shown for the last answer is shortened by whole turns as well. */
function ready(loop: ToolLoop, messages: ChatMessage[], turns: number): ToolLoopEnd {
  return { status: 'ready', messages: shortenedTurns(messages, loop.messages.length, [], PROMPT_ROOM[loop.size].promptTokens), turns };
}

/** A call that was cut off may be readable and lack half of what it was to write. */
function isCutCall({ finishReason, toolCalls }: ModelReply): boolean {
  return finishReason === 'length' && toolCalls.length > 0;
}

function afterCut({ text }: ModelReply): ChatMessage[] {
  return [{ role: 'assistant', text: text === '' ? '(a tool call that was cut off)' : text }, { role: 'user', text: 'That tool call was cut off at the length limit and was not carried out. Make a shorter one: less text in one call, or several calls one after the other.' }];
}

/**
 * The same call of the same task has the same key, in whatever attempt it is made: an attempt may end by a technical fault after its effect,
 * and the next one asks for the effect again. A call made twice on purpose within one attempt has two keys.
 */
function effectKeys(runId: string, taskId: string): (call: ToolCall) => string {
  const times = new Map<string, number>();
  return ({ name, arguments: args }) => {
    const call = contentHash({ name, arguments: args });
    times.set(call, (times.get(call) ?? 0) + 1);
    return contentHash([runId, taskId, call, times.get(call)!]);
  };
}
