import { contentHash, errorFacts, type JsonValue } from '../kernel';
import { strictestPrivacy, type Privacy } from '../privacy';
import { DeadlineExceededError, type CallVerdict, type LedgerEntry, type ModelReply, type ModelRequest, type RequestFacts } from '../router';
import type { Run } from '../runs';
import type { AgentCall } from './agents';
import type { AgentDeps } from './deps';
import type { HeldRun } from './held-run';
import { openSessionRecord, type SessionRecord } from './session-record';

/** Who asks, and for what. */
export interface Speaker {
  role: string;
  privacy: Privacy;
  taskId?: string;
  attempt?: number;
}

/** What a role wishes and allows for the calls of one attempt. */
export interface CallBounds {
  facts: Pick<RequestFacts, 'roleWish' | 'taskBudgetUsd'>;
  /** Before each call. @throws {RoleLimitError} */
  assertLeft(): void;
  /** After each answer, those from the journal included. */
  count(reply: ModelReply): void;
}

/** One question to the model; the session adds the facts. */
export interface Question extends Pick<ModelRequest, 'messages' | 'tools' | 'schema' | 'temperature'> {
  /** Unique within the run, see Journal.step. */
  key: string;
  escalateFrom?: string;
}

/** The model calls of one operation: each journaled, counted and told to the event log. */
export interface ModelSession extends SessionRecord {
  /** Who speaks. */
  readonly role: string;
  ask(question: Question): Promise<ModelReply>;
  /** Tells the router what an answer was worth. Never fails. */
  judge(reply: ModelReply, verdict: CallVerdict): Promise<void>;
}

export function openSession(deps: AgentDeps, call: AgentCall, held: HeldRun, run: Run, speaker: Speaker, bounds?: CallBounds): ModelSession {
  const model = call.model ?? deps.router;
  const { add, ...record } = openSessionRecord(speaker.privacy);

  return {
    ...record,
    role: speaker.role,
    async ask(question) {
      const request = requestFor(question);
      bounds?.assertLeft();
      const step = await held.journal.step(question.key, inputHash(request), async () => asJson(await askAndBook({ ...request, facts: facts(question) })));
      const reply = step.output as unknown as ModelReply;
      bounds?.count(reply);
      add(reply);
      if (!step.replayed) await tell(reply, step.maybePaidTwice);
      return reply;
    },
    judge: async ({ decision }, verdict) => await deps.outcomes.judge({ callId: decision.callId }, verdict),
  };

  async function askAndBook(request: ModelRequest): Promise<ModelReply> {
    const startedAtMs = deps.clock.nowMs();
    const reply = await held.controlled({ role: speaker.role, mayRepeat: true, call: (signal) => model.complete(request, signal) });
    if (call.model) await bookWired(deps, call, reply, { ...speaker, privacy: record.privacy(), project: run.project, runId: run.id, atMs: startedAtMs });
    return reply;
  }

  function facts(question: Question): ModelRequest['facts'] {
    const { budgetUsd, deadlineAtMs } = run.limits;
    const { project } = run;
    return {
      ...speaker,
      ...bounds?.facts,
      privacy: record.privacy(),
      runId: run.id,
      ...(call.preset && { preset: call.preset }),
      ...(question.escalateFrom && { escalateFrom: question.escalateFrom }),
      // What `structured-answer.ts` re-asks with the fault shown, the router must not ask of three models before.
      ...(question.schema && { judgedByCaller: true }),
      ...(call.workflow && { workflow: call.workflow }),
      ...(project !== undefined && { project }),
      ...(budgetUsd !== null && { budgetUsd }),
      ...(deadlineAtMs !== null && { deadlineS: secondsLeft(deadlineAtMs, deps.clock.nowMs()) }),
    };
  }

  async function tell(reply: ModelReply, maybePaidTwice: boolean): Promise<void> {
    const { model: name, local, costUsd } = reply.decision;
    await deps.events.append({
      runId: run.id,
      type: 'model.called',
      ...(speaker.taskId && { taskId: speaker.taskId }),
      facts: { role: speaker.role, model: name, local, costUsd, ...reply.usage, ...(maybePaidTwice && { maybePaidTwice }) },
    }, held.lease);
  }
}

type Booking = Pick<LedgerEntry, 'role' | 'taskId' | 'attempt' | 'project' | 'runId' | 'atMs' | 'privacy'>;

/** Books a call of a wired model. Our router wired as a sub-node has booked it already, under the same id: the ledger then keeps its line. */
export async function bookWired({ ledger, clock, log }: AgentDeps, call: AgentCall, { decision, usage }: ModelReply, booking: Booking): Promise<void> {
  const { callId, model: name, provider, local, costUsd } = decision;
  try {
    await ledger.settle({ callId, model: name, provider, local, ...booking, workflow: call.workflow?.id, workflowName: call.workflow?.name, privacy: strictestPrivacy(booking.privacy, decision.privacy), ...usage, costUsd, durationMs: clock.nowMs() - booking.atMs, outcome: 'ok' });
  } catch (error) {
    // An answer that was paid for is not thrown away because its line could not be written.
    log.error('A model call could not be booked.', { model: name, code: errorFacts(error).code });
  }
}

/** Budget, preset and deadline are left out of what is hashed: a run whose settings change still knows what it did. */
function inputHash(request: Omit<ModelRequest, 'facts'>): string {
  return contentHash(asJson({ messages: request.messages, tools: request.tools?.map((tool) => tool.name), schema: request.schema }));
}

function requestFor({ messages, tools, schema, temperature }: Question): Omit<ModelRequest, 'facts'> {
  return { messages, ...(tools && { tools }), ...(schema && { schema }), ...(temperature !== undefined && { temperature }) };
}

/** Drops `undefined`, which neither the journal nor the canonical form has. */
function asJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}

function secondsLeft(deadlineAtMs: number, nowMs: number): number {
  const leftMs = deadlineAtMs - nowMs;
  if (leftMs > 0) return leftMs / 1000;
  throw new DeadlineExceededError(`The run's deadline passed ${Math.ceil(-leftMs / 1000)} s ago; no model was asked any more.`, { hint: 'Start the goal again with a later deadline.' });
}
