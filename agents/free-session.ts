import { strictestPrivacy, type Privacy } from '../privacy';
import type { ModelReply } from '../router';
import type { AgentCall } from './agents';
import type { AgentDeps } from './deps';
import { bookWired, type ModelSession } from './model-session';
import { NO_MODEL, NO_USAGE, withReply } from './usage';

/** Model calls outside any run: booked like all, journaled nowhere; asked again after a crash, they are made again. */
export function openFreeSession(deps: AgentDeps, call: AgentCall, speaker: { role: string; privacy: Privacy }): ModelSession {
  const model = call.model ?? deps.router;
  let usage = NO_USAGE;
  let last: ModelReply | undefined;
  let { privacy } = speaker;
  return {
    role: speaker.role,
    async ask({ key: _key, escalateFrom, ...question }) {
      const atMs = deps.clock.nowMs();
      const facts = { role: speaker.role, privacy, ...(call.preset && { preset: call.preset }), ...(escalateFrom && { escalateFrom }), ...(question.schema && { judgedByCaller: true }), ...(call.workflow && { workflow: call.workflow }) };
      const reply = await model.complete({ ...question, facts }, call.signal);
      if (call.model) await bookWired(deps, call, reply, { role: speaker.role, privacy, atMs });
      privacy = strictestPrivacy(privacy, reply.decision.privacy);
      usage = withReply(usage, reply);
      last = reply;
      return reply;
    },
    judge: async ({ decision }, verdict) => await deps.outcomes.judge({ callId: decision.callId }, verdict),
    usage: () => usage,
    lastReply: () => last,
    privacy: () => privacy,
    modelName: () => last?.decision.model ?? NO_MODEL,
  };
}
