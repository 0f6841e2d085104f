import type { Executor } from '../../../agents';
import type { Verdict } from '../../../runs';
import { delivery, judgement, planOf, task } from '../../agents/drafts';
import { openTestTeam } from '../../agents/open-agents';
import { answeringModel } from '../../support/scripted-model';

/** What the stub model says about every work. */
export type Opinion = 'pass' | 'fail';

export interface Reviewer {
  review(code: string, opinion: Opinion): Promise<Verdict>;
  close(): void;
}

const WISH = 'Implement the function as its documentation says.';

/** The real QA Review over real stores; only the model is a stub, which knows nothing of the work. */
export function openReviewer(executor: Executor): Reviewer {
  const works = new Map<string, { code: string; opinion: Opinion }>();
  const model = answeringModel((request) => {
    const number = /work #(\d+)/.exec(request.messages.map(({ text }) => text).join('\n'))?.[1] ?? '';
    if (request.schema?.name === 'aios_plan') return { json: planOf(task('t1', { instructions: WISH, deliverables: ['solution.py'], acceptance: [{ id: 'a1', text: 'It does what its documentation says', check: null }] })) };
    const { code, opinion } = works.get(number)!;
    return { json: request.schema?.name === 'aios_verdict' ? judgement({ a1: opinion }) : delivery(['solution.py', code]) };
  });
  const team = openTestTeam(model, executor);
  let last = 0;
  return {
    async review(code, opinion) {
      const number = (last += 1);
      works.set(String(number), { code, opinion });
      const call = team.call({ owner: `execution-${number}` });
      const { plan } = await team.agents.plan({ goal: `work #${number}: a function` }, call);
      const claim = (await team.board.next([plan.runId], call.owner)).ready[0]!;
      await team.agents.work({ task: claim }, call);
      return (await team.agents.review(claim, call)).verdict;
    },
    close: () => team.close(),
  };
}
