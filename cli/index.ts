export { overview, runAios } from './aios';
export type { Command, CommandContext, ExitCode, Terminal } from './command';
export { commands } from './commands';
