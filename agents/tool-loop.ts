import { contentHash, errorFacts, type JsonObject } from '../kernel';
import { mayLeaveMachine } from '../privacy';
import type { ChatMessage, ToolCall, ToolSpec } from '../router';
import type { AgentTool } from './agents';
import { boundedText } from './bounded-text';
import { endsWithoutRecord } from './errors';
import type { HeldRun } from './held-run';
import { openLoopGuard } from './loop-guard';
import type { ModelSession } from './model-session';
import { withinRun } from './nested-runs';
import type { ToolGate } from './tool-gate';

/** Turns in which the model may call tools; most tasks need 2 or 3, and a model that circles never ends by itself. */
export const MAX_TOOL_TURNS = 8;
/** Calls of one turn that are carried out; the rest is refused with a word to the model. */
const MAX_CALLS_PER_TURN = 8;
/** About 2,000 tokens; eight turns of it still fit a window of 32k. */
export const MAX_TOOL_RESULT_CHARACTERS = 8_000;

export type ToolLoopEnd =
  /** The model has what it needs; `messages` is the whole conversation, `turns` how many it took. */
  | { status: 'ready'; messages: ChatMessage[]; turns: number }
  | { status: 'stopped'; reason: 'max-turns' | 'circles'; turns: number };

interface ToolLoop {
  messages: ChatMessage[];
  tools: readonly AgentTool[];
  gate: ToolGate;
  taskId: string;
  /** `task/attempt`; turn and call are appended. */
  keyPrefix: string;
  escalateFrom?: string;
  /** Turns in which the model may call tools; default {@link MAX_TOOL_TURNS}. */
  maxTurns?: number;
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
  const idempotencyKeyOf = effectKeys(held.lease.runId, loop.taskId);
  for (let turn = 1; turn <= maxTurns; turn++) {
    const tools = allowedTools(loop.tools, session).map(({ name, description, schema }): ToolSpec => ({ name, description, schema }));
    const reply = await session.ask({ key: `${loop.keyPrefix}/${turn}`, messages, tools, escalateFrom: loop.escalateFrom });
    if (reply.toolCalls.length === 0) {
      if (reply.text !== '') messages.push({ role: 'assistant', text: reply.text });
      return { status: 'ready', messages, turns: turn };
    }
    if (reply.toolCalls.some(({ name }) => !toolNamed(name, loop))) await session.judge(reply, { ok: false, by: 'tool-call' });
    messages.push({ role: 'assistant', text: reply.text, toolCalls: reply.toolCalls });
    for (const [index, toolCall] of reply.toolCalls.entries()) {
      const place = { key: `${loop.keyPrefix}/${turn}/tool/${index}`, idempotencyKey: idempotencyKeyOf(toolCall) };
      const text = index < MAX_CALLS_PER_TURN ? await toolResult(session, held, loop, place, toolCall) : `Not carried out: at most ${MAX_CALLS_PER_TURN} calls per turn.`;
      messages.push({ role: 'tool', toolCallId: toolCall.id, toolName: toolCall.name, text });
      if (guard.goesInCircles({ name: toolCall.name, arguments: toolCall.arguments, result: text })) return { status: 'stopped', reason: 'circles', turns: turn };
    }
  }
  const last = session.lastReply();
  if (last) await session.judge(last, { ok: false, by: 'tool-call' });
  return { status: 'stopped', reason: 'max-turns', turns: maxTurns };
}

function toolNamed(name: string, { tools }: ToolLoop): AgentTool | undefined {
  return tools.find((tool) => tool.name === name);
}

/** A secret's text must not reach a tool that may send it on; a text may turn out to be secret while tools are at work. */
function allowedTools(tools: readonly AgentTool[], session: ModelSession): AgentTool[] {
  return tools.filter((tool) => tool.local || mayLeaveMachine(session.privacy()));
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

interface CallPlace {
  /** In the journal. */
  key: string;
  /** For the other side. */
  idempotencyKey: string;
}

async function toolResult(session: ModelSession, held: HeldRun, loop: ToolLoop, { key, idempotencyKey }: CallPlace, toolCall: ToolCall): Promise<string> {
  const tool = toolNamed(toolCall.name, loop);
  if (!tool) return `There is no tool ${JSON.stringify(toolCall.name)}. There are: ${loop.tools.map((known) => known.name).join(', ')}.`;
  if (!allowedTools([tool], session).length) return `Not carried out: what you were given is secret, and ${tool.name} may send it away from this machine. Go on without it.`;
  // Before the step is begun: what has not been tried must not count as cut.
  await held.untilGoing(session.role);
  const call = (signal: AbortSignal) => textOf(tool, toolCall.arguments, signal, idempotencyKey);
  const carryOut = () => held.controlled({ role: session.role, mayRepeat: false, call });
  const effect = async () => await (tool.needsPerson ? loop.gate(toolCall, key, carryOut) : carryOut());
  // What a person approved is carried out once at most by the approval itself.
  const afterCut = tool.repeat === undefined && !tool.needsPerson ? 'ask' : 'repeat';
  const step = await held.journal.step(key, contentHash({ name: toolCall.name, arguments: toolCall.arguments }), effect, afterCut);
  return step.output;
}

/** A tool's error is an answer as well: the model can try otherwise. Only a stop of the whole work passes through. */
async function textOf(tool: AgentTool, args: JsonObject, signal: AbortSignal, idempotencyKey: string): Promise<string> {
  try {
    return boundedText(await withinRun(() => tool.run(args, signal, idempotencyKey)), MAX_TOOL_RESULT_CHARACTERS);
  } catch (error) {
    if (signal.aborted || endsWithoutRecord(error)) throw error;
    return boundedText(`The tool failed: ${errorFacts(error).message}`, MAX_TOOL_RESULT_CHARACTERS);
  }
}
