import type { Privacy } from '../privacy';
import type { Journal } from '../runs';
import type { AgentCall } from './agents';
import type { AgentDeps } from './deps';
import { bookWired, type ModelSession } from './model-session';
import { openSessionRecord } from './session-record';

/** For what is done outside any run: done whenever it is asked for. */
export const noJournal: Journal = { step: async (_key, _inputHash, effect) => ({ output: await effect(), replayed: false, maybePaidTwice: false }) };

/** Model calls outside any run: booked like all, journaled nowhere; asked again after a crash, they are made again. */
export function openFreeSession(deps: AgentDeps, call: AgentCall, speaker: { role: string; privacy: Privacy }): ModelSession {
  const model = call.model ?? deps.router;
  const { add, ...record } = openSessionRecord(speaker.privacy);
  return {
    ...record,
    role: speaker.role,
    async ask({ key: _key, escalateFrom, ...question }) {
      const atMs = deps.clock.nowMs();
      const facts = { role: speaker.role, privacy: record.privacy(), ...(call.preset && { preset: call.preset }), ...(escalateFrom && { escalateFrom }), ...(question.schema && { judgedByCaller: true }), ...(call.workflow && { workflow: call.workflow }) };
      const reply = await model.complete({ ...question, facts }, call.signal);
      if (call.model) await bookWired(deps, call, reply, { role: speaker.role, privacy: record.privacy(), atMs });
      add(reply);
      return reply;
    },
    judge: async ({ decision }, verdict) => await deps.outcomes.judge({ callId: decision.callId }, verdict),
  };
}
