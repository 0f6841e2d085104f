export type { AgentCall, AgentModel, AgentTool, Agents, PlanRequest, ReportOutcome, Spoken, TaskKey, WorkRequest } from './agents';
export { createAgents } from './create-agents';
export type { AgentDeps } from './deps';
export { ModelOutputError, UnknownRoleError } from './errors';
export type { ChainModel } from './drivers/chain-model';
export { type CandidateOptions, type ConnectedCandidate, connectedCandidates } from './drivers/connected-candidates';
export { type ConnectedModelOptions, connectedModel } from './drivers/connected-model';
export { type ChainToolOrKit, connectedTools, toolArgumentsSchema } from './drivers/connected-tools';
export { rehearsalScripts } from './rehearsal-scripts';
