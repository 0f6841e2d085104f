import type { Agents } from './agents';
import { arbiter } from './arbitrate';
import { talker } from './chat';
import type { AgentDeps } from './deps';
import { planner } from './plan';
import { reporter } from './report';
import { reviewer } from './review';
import { workerRoles } from './roles';
import { worker } from './work';

/** The team at work. Nothing is shared between two operations but the stores. */
export function createAgents(deps: AgentDeps): Agents {
  return {
    plan: planner(deps),
    work: worker(deps),
    review: reviewer(deps),
    report: reporter(deps),
    chat: talker(deps),
    arbitrate: arbiter(deps),
    roles: async () => workerRoles(await deps.roles.read()).map(({ name, title, description }) => ({ name, title, description })),
  };
}
