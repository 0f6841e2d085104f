import { contentHash, InvalidInputError } from '../kernel';
import { DEFAULT_PRIVACY, strictestPrivacy } from '../privacy';
import type { PlanTask } from '../runs';
import type { Agents, ArbitrateRequest, Ruling, Spoken } from './agents';
import { acceptedRuling, conflictsBetween, rulingOf, rulingOutputSchema, type RulingAnswer } from './arbitrate-answer';
import { arbitrateMessages, showsEverything } from './arbitrate-prompt';
import type { AgentDeps } from './deps';
import { emitHeld } from './emit';
import { openFreeSession } from './free-session';
import { holdRun } from './held-run';
import { openSession, type ModelSession } from './model-session';
import { taskPrivacy } from './raised-privacy';
import { CTO_ROLE, systemRole } from './roles';
import { askForAnswer } from './structured-answer';
import { taskOf } from './work';

type Arbitrated = Spoken & { ruling: Ruling };

/** Decides between two results. The contents it hands on are the sides' own, or a merge of all files in conflict; nothing is written. */
export function arbiter(deps: AgentDeps): Agents['arbitrate'] {
  return async (request, call) => {
    assertTwo(request);
    const { runId } = request;
    if (runId === undefined) return await ruled(deps, request, openFreeSession(deps, call, { role: CTO_ROLE, privacy: strictestPrivacy(request.privacy ?? DEFAULT_PRIVACY) }), {});
    return await holdRun(deps, runId, call, async (held) => {
      const state = await deps.runs.read(runId);
      const sides = request.sides.flatMap(({ taskId }) => (taskId === undefined ? [] : [taskOf(state, { taskId })]));
      const privacy = strictestPrivacy(request.privacy, state.run.limits.privacy, ...sides.map((side) => taskPrivacy(state, side)));
      const session = openSession(deps, call, held, state.run, { role: CTO_ROLE, privacy });
      const arbitrated = await ruled(deps, request, session, { goal: state.run.goal, tasks: [...new Set(sides.map(({ task }) => task))] });
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

/** The question itself, asked in a session of the caller's. */
export async function ruled(deps: AgentDeps, request: ArbitrateRequest, session: ModelSession, { goal = request.goal, tasks = [] }: { goal?: string; tasks?: PlanTask[] }): Promise<Arbitrated> {
  const { sides } = request;
  const conflicts = conflictsBetween(sides);
  // Who has not seen a file whole must not write it anew.
  const mayMerge = conflicts.length > 0 && showsEverything(sides, conflicts);
  const messages = arbitrateMessages({ cto: systemRole(await deps.roles.read(), CTO_ROLE), goal, tasks, sides, conflicts, mayMerge });
  const prefix = `arbitrate/${contentHash({ messages }).slice(0, 12)}`;
  const answer = await askForAnswer<RulingAnswer>(session, {
    messages,
    schema: rulingOutputSchema(mayMerge),
    keyOf: (ask) => `${prefix}/${ask}`,
    accept: (value) => acceptedRuling(value, { conflicts, mayMerge }),
  });
  return { ruling: rulingOf(answer, sides, conflicts), role: CTO_ROLE, model: session.modelName(), usage: session.usage() };
}
