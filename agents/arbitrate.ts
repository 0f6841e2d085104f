import { contentHash, InvalidInputError } from '../kernel';
import { DEFAULT_PRIVACY, strictestPrivacy } from '../privacy';
import type { PlanTask } from '../runs';
import type { AgentCall, Agents, ArbitrateRequest, Ruling, Spoken } from './agents';
import { acceptedRuling, conflictsBetween, rulingOf, rulingOutputSchema, type RulingAnswer } from './arbitrate-answer';
import { arbitrateMessages, mayMerge, type Conflict } from './arbitrate-prompt';
import type { AgentDeps } from './deps';
import { emitHeld } from './emit';
import { noJournal, openFreeSession } from './free-session';
import { holdRun, type HeldRun } from './held-run';
import { openSession, type ModelSession } from './model-session';
import { taskPrivacy } from './raised-privacy';
import { PROMPT_ROOM, sizedPrompt } from './prompt-size';
import { CTO_ROLE, systemRole } from './roles';
import { askForAnswer } from './structured-answer';
import { taskOf } from './work';

type Arbitrated = Spoken & { ruling: Ruling };

/** Decides between two results. The contents it hands on are the sides' own, or a merge of all files in conflict; nothing is written. */
export function arbiter(deps: AgentDeps): Agents['arbitrate'] {
  return async (request, call) => {
    assertTwo(request);
    const { runId } = request;
    if (runId === undefined) {
      const session = openFreeSession(deps, call, { role: CTO_ROLE, privacy: strictestPrivacy(request.privacy ?? DEFAULT_PRIVACY) });
      return await ruled({ deps, call, held: { journal: noJournal, signal: call.signal }, session }, request.sides, { goal: request.goal, tasks: [] });
    }
    return await holdRun(deps, runId, call, async (held) => {
      const state = await deps.runs.read(runId);
      const sides = request.sides.flatMap(({ taskId }) => (taskId === undefined ? [] : [taskOf(state, { taskId })]));
      const privacy = strictestPrivacy(request.privacy, state.run.limits.privacy, ...sides.map((side) => taskPrivacy(state, side)));
      const session = openSession(deps, call, held, state.run, { role: CTO_ROLE, privacy });
      const arbitrated = await ruled({ deps, call, held, session }, request.sides, { goal: state.run.goal, tasks: [...new Set(sides.map(({ task }) => task))] });
      const { choice, conflicts } = arbitrated.ruling;
      await emitHeld(deps, held.lease, 'task.arbitrated', { choice, files: conflicts.length, model: arbitrated.model }, sides[0]?.task.id);
      call.say(`CTO (${arbitrated.model}): ${choice}: ${arbitrated.ruling.reason.slice(0, 200)}`);
      return arbitrated;
    });
  };
}

function assertTwo({ sides }: ArbitrateRequest): void {
  const empty = sides.find(({ files, summary }) => files.length === 0 && summary.trim() === '');
  if (empty) throw new InvalidInputError(`"${empty.label}" holds neither files nor a summary, so there is nothing to weigh.`, { hint: 'Give two results of the Specialist Agent, or one and the verdict of the QA Agent.' });
}

/** Who decides, and where it is noted. */
export interface RulingBench {
  deps: AgentDeps;
  call: AgentCall;
  held: Pick<HeldRun, 'journal' | 'signal'>;
  session: ModelSession;
}

/** The question itself, asked in a session of the caller's. */
export async function ruled({ deps, call, held, session }: RulingBench, sides: ArbitrateRequest['sides'], about: { goal?: string; tasks: PlanTask[] }): Promise<Arbitrated> {
  const conflicts = conflictsBetween(sides);
  const conflict: Conflict = { cto: systemRole(await deps.roles.read(), CTO_ROLE), ...about, sides, conflicts };
  const { messages, share, size } = await sizedPrompt(deps, held, call, {
    key: `arbitrate/${contentHash({ messages: arbitrateMessages(conflict, 1) }).slice(0, 12)}/size`,
    privacy: session.privacy(),
    role: CTO_ROLE,
    grows: false,
    schema: rulingOutputSchema(mayMerge(conflict, 1)),
    compose: (share) => arbitrateMessages(conflict, share),
  });
  const allowed = { conflicts, mayMerge: mayMerge(conflict, share) };
  const prefix = `arbitrate/${contentHash({ messages }).slice(0, 12)}`;
  const answer = await askForAnswer<RulingAnswer>(session, {
    messages,
    schema: rulingOutputSchema(allowed.mayMerge),
    keyOf: (ask) => `${prefix}/${ask}`,
    mostTokens: PROMPT_ROOM[size].promptTokens,
    accept: (value) => acceptedRuling(value, allowed),
  });
  return { ruling: rulingOf(answer, sides, conflicts), role: CTO_ROLE, model: session.modelName(), usage: session.usage() };
}
