import { contentHash, errorFacts, type JsonObject } from '../kernel';
import { mayLeaveMachine } from '../privacy';
import type { ToolCall } from '../router';
import type { AgentTool } from './agents';
import { boundedText } from './bounded-text';
import { endsWithoutRecord } from './errors';
import { fittedArguments } from './fitted-arguments';
import type { HeldRun } from './held-run';
import type { ModelSession } from './model-session';
import { withinRun } from './nested-runs';
import type { ToolGate } from './tool-gate';

/** Calls of one turn that are carried out; the rest is refused with a word to the model. */
const MAX_CALLS_PER_TURN = 8;
/** Calls under way at once, of those that may be. */
const SIDE_BY_SIDE = 4;

/** What carrying out calls needs. */
export interface ToolBench {
  session: ModelSession;
  held: HeldRun;
  tools: readonly AgentTool[];
  gate: ToolGate;
  /** Who wants the run done; what a tool starts is wanted by him as well. */
  submittedBy: string | undefined;
  /** Of all results of a turn together, as the model is shown them. */
  resultCharacters: number;
  /** The same call of the same task has the same key, in whatever attempt it is made. */
  idempotencyKeyOf(call: ToolCall): string;
}

/**
 * Carries out the calls of one turn. Those of tools that allow it go side by side with their neighbours; all others one after the other, in the order
 * the model wrote them. Each has its place in the journal by its number, so a replay finds it whatever was ready first.
 *
 * @param keyPrefix `task/attempt/turn`
 * @returns one text per call, in their order
 */
export async function carryOutCalls(bench: ToolBench, keyPrefix: string, calls: readonly ToolCall[]): Promise<string[]> {
  const texts: string[] = [];
  const maxResultCharacters = Math.floor(bench.resultCharacters / Math.min(calls.length, MAX_CALLS_PER_TURN));
  // In the order of the calls: the second of two equal ones has the second key.
  const places = calls.map((call, index) => ({ call, key: `${keyPrefix}/tool/${index}`, idempotencyKey: bench.idempotencyKeyOf(call), maxResultCharacters }));
  const carriedOut = places.slice(0, MAX_CALLS_PER_TURN);
  while (texts.length < carriedOut.length) texts.push(...(await allOf(neighbours(bench, carriedOut.slice(texts.length)).map(async (one) => await resultOf(bench, one)))));
  while (texts.length < places.length) texts.push(`Not carried out: at most ${MAX_CALLS_PER_TURN} calls per turn.`);
  return texts;
}

interface Place {
  call: ToolCall;
  /** In the journal. */
  key: string;
  /** For the other side. */
  idempotencyKey: string;
  /** Its share of what the results of the turn may have. */
  maxResultCharacters: number;
}

/** The first, and those right behind it that may be under way with it. */
function neighbours(bench: ToolBench, places: readonly Place[]): Place[] {
  const isAlone = ({ call }: Place) => toolNamed(bench, call.name)?.sideBySide !== true || toolNamed(bench, call.name)?.needsPerson === true;
  const end = places.findIndex(isAlone);
  const count = end === 0 ? 1 : Math.min(end < 0 ? places.length : end, SIDE_BY_SIDE);
  return places.slice(0, count);
}

/** Waits for all, also when one fails: nothing of a turn may go on after it. */
async function allOf<T>(work: ReadonlyArray<Promise<T>>): Promise<T[]> {
  const settled = await Promise.allSettled(work);
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return settled.map((one) => (one as PromiseFulfilledResult<T>).value);
}

export function toolNamed({ tools }: Pick<ToolBench, 'tools'>, name: string): AgentTool | undefined {
  return tools.find((tool) => tool.name === name);
}

/** A secret's text must not reach a tool that may send it on; a text may turn out to be secret while tools are at work. */
export function allowedTools(tools: readonly AgentTool[], session: ModelSession): AgentTool[] {
  return tools.filter((tool) => tool.local || mayLeaveMachine(session.privacy()));
}

async function resultOf(bench: ToolBench, { call: toolCall, key, idempotencyKey, maxResultCharacters }: Place): Promise<string> {
  const { session, held, gate } = bench;
  const tool = toolNamed(bench, toolCall.name);
  if (!tool) return `There is no tool ${JSON.stringify(toolCall.name)}. There are: ${bench.tools.map((known) => known.name).join(', ')}.`;
  if (!allowedTools([tool], session).length) return `Not carried out: what you were given is secret, and ${tool.name} may send it away from this machine. Go on without it.`;
  const fitted = fittedArguments(tool.schema, toolCall.arguments);
  if (!fitted.ok) return `Not carried out: ${fitted.problem}. Call ${tool.name} again with arguments that fit.`;
  // Before the step is begun: what has not been tried must not count as cut.
  await held.untilGoing(session.role);
  const call = (signal: AbortSignal) => textOf(maxResultCharacters, tool, { values: fitted.values, signal, idempotencyKey, submittedBy: bench.submittedBy });
  const carryOut = () => held.controlled({ role: session.role, mayRepeat: false, call });
  const risk = tool.needsPerson ? undefined : await tool.risk?.(fitted.values);
  const isGated = tool.needsPerson || risk !== undefined;
  const effect = async () => await (isGated ? gate({ ...toolCall, arguments: fitted.values }, key, carryOut, risk) : carryOut());
  // What a person approved is carried out once at most by the approval itself.
  const afterCut = tool.repeat === undefined && !isGated ? 'ask' : 'repeat';
  const step = await held.journal.step(key, contentHash({ name: toolCall.name, arguments: fitted.values }), effect, afterCut);
  return step.output;
}

/** A tool's error is an answer as well: the model can try otherwise. Only a stop of the whole work passes through. */
async function textOf(maxResultCharacters: number, tool: AgentTool, { values, signal, idempotencyKey, submittedBy }: { values: JsonObject; signal: AbortSignal; idempotencyKey: string; submittedBy: string | undefined }): Promise<string> {
  try {
    return boundedText(await withinRun(submittedBy, () => tool.run(values, signal, idempotencyKey, maxResultCharacters)), maxResultCharacters);
  } catch (error) {
    if (signal.aborted || endsWithoutRecord(error)) throw error;
    return boundedText(`The tool failed: ${errorFacts(error).message}`, maxResultCharacters);
  }
}
