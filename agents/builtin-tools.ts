import type { Privacy } from '../privacy';
import type { PlanTask } from '../runs';
import { sandboxHolds } from '../skills';
import type { AgentTool } from './agents';
import type { AgentDeps } from './deps';
import { fitsName, type Role } from './roles';
import { codeTools } from './tools/code-tool';
import { fileTools } from './tools/file-tools';
import { webTools } from './tools/web-tools';

export interface ToolPlace {
  role: Role;
  task: Pick<PlanTask, 'instructions' | 'deliverables'>;
  /** Of the run; without one there are no files to work in. */
  project: string | undefined;
  /** Of the attempt, as it stands at each call. */
  privacy(): Privacy;
  /** Wired to the node. */
  connected: readonly AgentTool[];
}

type ToolDeps = Pick<AgentDeps, 'workspaces' | 'sandbox' | 'web' | 'makeId'>;

/**
 * What a role may use for a task: connected tools and built-in ones, as far as its list goes. Of one name the connected one holds.
 * A built-in tool is offered only where it can serve: each costs the model a turn and a part of its window.
 */
export async function toolsFor(deps: ToolDeps, { role, task, project, privacy, connected }: ToolPlace): Promise<AgentTool[]> {
  const own = connected.filter(({ name }) => isAllowed(name, role.tools));
  const builtIn = [
    ...fileTools({ workspaces: deps.workspaces, project, role, privacy }).filter(({ name }) => isAllowed(name, role.tools)),
    ...(deliversPrograms(task) && (await sandboxHolds(deps.sandbox)) ? codeTools({ sandbox: deps.sandbox }).filter(({ name }) => isAllowed(name, role.tools)) : []),
    // The web is not meant by "*": what reads pages of strangers must be named in the role.
    ...(deps.web.search || namesAddress(task) ? webTools({ ...deps.web, makeId: deps.makeId }).filter(({ name }) => isAllowed(name, role.tools.filter((pattern) => pattern !== '*'))) : []),
  ];
  return [...own, ...builtIn.filter(({ name }) => connected.every((tool) => tool.name !== name))];
}

function isAllowed(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => fitsName(name, pattern));
}

/** What the sandbox has an interpreter for. */
const PROGRAM = /\.(py|js|mjs|cjs|ts|mts|sh|bash)$/i;

function deliversPrograms({ deliverables }: ToolPlace['task']): boolean {
  return deliverables.some((path) => PROGRAM.test(path));
}

/** Without a search service a model could only guess at addresses. */
function namesAddress({ instructions }: ToolPlace['task']): boolean {
  return /\bhttps?:\/\/[^\s/]/i.test(instructions);
}
