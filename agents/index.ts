export type { AgentCall, AgentModel, AgentTool, Agents, PlanRequest, ReportOutcome, Spoken, TaskKey, WorkRequest } from './agents';
