export type { AgentCall, AgentModel, AgentTool, Agents, PlanRequest, ReportOutcome, Spoken, TaskKey, WorkRequest } from './agents';
export { createAgents } from './create-agents';
export type { AgentDeps } from './deps';
export { ModelOutputError, UnknownRoleError } from './errors';
