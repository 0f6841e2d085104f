export * from './errors';
export type { Sandbox, SandboxEnd, SandboxJob, SandboxLanguage, SandboxLayer, SandboxLimits, SandboxOutcome } from './sandbox';
