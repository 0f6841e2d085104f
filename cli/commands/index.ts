import type { Command } from '../command';
import { processLineStreams } from '../drivers/line-streams';
import { approvalsDecide, approvalsList, approvalsShow } from './approvals';
import { approverAdd, approverList, approverRemove } from './approver';
import { audit } from './audit';
import { pause, resume, stop } from './control';
import { doctor } from './doctor';
import { memoryErase, memoryForget, memoryList, memoryRecall } from './memory';
import { modelsExport, modelsImport } from './models';
import { routeCommand } from './route';
import { projectsDeclassify, projectsList, projectsRemove } from './projects';
import { rolesCheck, rolesExport, rolesImport, rolesList, rolesShow } from './roles';
import { run } from './run';
import { scanCommand } from './scan';
import { stats } from './stats';
import { templatesInstall } from './templates-install';
import { up } from './up';

/** Every command, in the order of the help text. One file each. */
export const commands: readonly Command[] = [up, run, pause, resume, stop, templatesInstall, doctor, stats, approvalsList, approvalsShow, approvalsDecide, approverAdd, approverRemove, approverList, audit, memoryList, memoryRecall, memoryForget, memoryErase, modelsExport, modelsImport, projectsList, projectsRemove, projectsDeclassify, rolesList, rolesShow, rolesExport, rolesImport, rolesCheck, scanCommand(processLineStreams()), routeCommand(processLineStreams())];
