import { mayLeaveMachine } from '../privacy';
import type { AttemptRequest } from './attempt';
import type { ModelClass } from './calibration/outcomes';
import type { CatalogModel } from './model-driver';
import type { CallVerdict, Judge, NotedCall } from './outcome-log';
import { neededStrength, type Candidate } from './rank';

/** `large`: strong enough for a request of complexity one half, where the router changes sides; the others are `small`. */
export function modelClassOf({ strength }: Pick<CatalogModel, 'strength'>): ModelClass {
  return strength >= neededStrength(0.5) ? 'large' : 'small';
}

export interface CallEnd {
  callId: string;
  atMs: number;
  candidate: Candidate;
  /** `ok`, or the code of the error it ended with. */
  outcome: string;
}

/**
 * What is kept of a call to learn from. `undefined`: nothing, because the request is secret, nobody can judge the call, or its end says nothing
 * about the model (a service that was down, somebody who cancelled).
 */
export function noteOf({ callId, atMs, candidate, outcome }: CallEnd, { request, frame, prompt, mode }: AttemptRequest): NotedCall | undefined {
  const { facts, schema } = request;
  const { model } = candidate.entry;
  const answered = outcome === 'ok' || outcome in GIVEN_UP;
  if (!answered || model.isScripted || !mayLeaveMachine(facts.privacy)) return undefined;
  // An unsure answer may have been right: nobody found anything wrong with it.
  const isEscalation = frame.escalatedFrom !== undefined && frame.escalatedFrom !== facts.escalateFrom && frame.escalatedBecause !== 'UNSURE';
  const verdict = verdictOn(outcome, { hasShape: schema !== undefined && mode === 'whole' && facts.judgedByCaller !== true, isEscalation });
  if (!verdict && !facts.judgedByCaller && facts.taskId === undefined) return undefined;
  const { role, workflow, runId, taskId, attempt } = facts;
  return { callId, atMs, model: model.id, modelClass: modelClassOf(model), role, runId, taskId, attempt, ...(workflow && { workflow: workflow.id }), ...(frame.experiment && { experiment: frame.experiment }), ...prompt, ...(verdict && { verdict }) };
}

/** Answers the router gives up, by its own codes, and who found the fault. */
const GIVEN_UP: Record<string, Judge> = { EMPTY_ANSWER: 'escalation', REFUSED: 'escalation', LOOPING: 'escalation', INVALID_JSON: 'schema', BAD_TOOL_CALL: 'tool-call', NO_TOOL_CALL: 'tool-call' };

/** What the router can say by itself. An answer in prose that nobody gave up may be right or wrong: that is for others to say. */
function verdictOn(outcome: string, { hasShape, isEscalation }: { hasShape: boolean; isEscalation: boolean }): CallVerdict | undefined {
  if (outcome !== 'ok') return { ok: false, by: GIVEN_UP[outcome]! };
  if (hasShape) return { ok: true, by: 'schema' };
  return isEscalation ? { ok: true, by: 'escalation' } : undefined;
}
