import type { TeamHost } from '../team';
import type { CommandContext } from './command';
import { plainLines } from './text/plain-text';
import { userFolder } from './user-folder';

/** What a team needs of the process around it, when that is the command line. @param data value of `--data` */
export function commandLineHost({ environment, terminal }: Pick<CommandContext, 'environment' | 'terminal'>, data: string | undefined): TeamHost {
  return {
    userFolder: userFolder({ data, environment }),
    environment: { ...environment },
    log: (level, message) => (level === 'warn' || level === 'error' ? terminal.say(plainLines(message)) : undefined),
  };
}
