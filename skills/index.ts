export { openSandbox, type SandboxOptions } from './drivers/open-sandbox';
export * from './errors';
export { sandboxHolds } from './sandbox';
export type { Sandbox, SandboxEnd, SandboxJob, SandboxLanguage, SandboxLayer, SandboxLimits, SandboxOutcome } from './sandbox';
