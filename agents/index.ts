export type { AgentCall, AgentModel, AgentTool, Agents, PlanRequest, ReportOutcome, Spoken, TaskKey, WorkRequest } from './agents';
export { createAgents } from './create-agents';
export type { AgentDeps } from './deps';
export { ModelOutputError, UnknownRoleError } from './errors';
export { type ChainModel, type ConnectedModelOptions, connectedModel } from './drivers/connected-model';
export { type ChainToolOrKit, connectedTools, toolArgumentsSchema } from './drivers/connected-tools';
export { editedPlan } from './plan-approval';
export { rehearsalScripts } from './rehearsal-scripts';
