export type { Decision, ReplyUsage } from './contracts';
export { decisionSchema, replyUsageSchema } from './contracts';
export * from './errors';
export type { Ledger, LedgerEntry, UsageTotals } from './ledger';
export type { CatalogModel, DriverChunk, ModelCall, ModelDriver } from './model-driver';
export type { ChatMessage, FinishReason, ModelReply, ModelRequest, OutputSchema, Preset, ReplyChunk, RequestFacts, ToolCall, ToolSpec } from './request';
export { DEFAULT_PRESET, PRESETS } from './request';
export type { Router } from './router';
