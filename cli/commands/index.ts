import type { Command } from '../command';
import { processLineStreams } from '../drivers/line-streams';
import { scanCommand } from './scan';

/** Every command, in the order of the help text. One file each. */
export const commands: readonly Command[] = [scanCommand(processLineStreams())];
