export { overview, runAios } from './aios';
export type { Command, CommandContext, ExitCode, Terminal } from './command';
export { commands } from './commands';
export { N8nClient, requestJson, sendRequest, type Execution, type Workflow, type WorkflowBody, type WorkflowNode } from './n8n/client';
export { N8nApiError } from './n8n/errors';
export { findInstalled, installTemplate, type InstalledTemplate, type InstallOutcome } from './n8n/install-template';
export { digest, withMark } from './n8n/template-mark';
export { needsPublishing, prepareTemplate, readTemplates, TEAM_CREDENTIAL, type Template } from './n8n/templates';
export { claimRunning, readRunning, removeRunning, updateRunning, type RunningStart } from './run/running-file';
