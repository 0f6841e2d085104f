import { chmodSync, cpSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { runCommand } from '../n8n-host/command';
import { BuildContext } from './build-context';
import { laySubstitute } from './base-images';
import type { Stage, Step } from './dockerfile';
import { StepFailedError, UnknownStepError } from './errors';

export interface ReplayOptions {
  stages: readonly Stage[];
  /** The folder `docker build` would be called in. */
  contextDir: string;
  /** Where n8n is installed on this machine. */
  hostDir: string;
  /** Otherwise `npm ci` is replaced by a link to the context's own node_modules, which come from the same lock file. */
  runNpmCi?: boolean;
  onStep?: (text: string) => void;
}

/** What the Dockerfile makes, as a folder that stands for `/`. */
export interface ReplayedImage {
  root: string;
  environment: Record<string, string>;
  entrypoint: string[];
  healthcheck: string[];
  user: string;
  remove(): void;
}

interface Building {
  root: string;
  workDir: string;
  environment: Record<string, string>;
  entrypoint: string[];
  healthcheck: string[];
  user: string;
}

/** Plays a Dockerfile's stages into folders; the last one is the image. @throws {StepFailedError | UnknownStepError} */
export async function replayImage(options: ReplayOptions): Promise<ReplayedImage> {
  const work = mkdtempSync(join(tmpdir(), 'aios-replay-'));
  const remove = () => rmSync(work, { recursive: true, force: true });
  const built = new Map<string, Building>();
  try {
    for (const [index, stage] of options.stages.entries()) {
      options.onStep?.(`FROM ${stage.base}`);
      built.set(stage.name ?? String(index), await playStage(stage, join(work, String(index)), built, options));
    }
  } catch (error) {
    remove();
    throw error;
  }
  return { ...[...built.values()].at(-1)!, remove };
}

async function playStage(stage: Stage, root: string, built: ReadonlyMap<string, Building>, options: ReplayOptions): Promise<Building> {
  mkdirSync(root, { recursive: true });
  const environment = laySubstitute(stage.base, root, options.hostDir);
  const building: Building = { root, workDir: '/', environment, entrypoint: [], healthcheck: [], user: 'root' };
  for (const step of stage.steps) {
    options.onStep?.(`  ${describe(step)}`);
    await play(step, building, built, options);
  }
  return building;
}

async function play(step: Step, building: Building, built: ReadonlyMap<string, Building>, options: ReplayOptions): Promise<void> {
  if (step.kind === 'COPY') return copy(step, building, built, options);
  if (step.kind === 'RUN') return await run(step.command, building, options);
  if (step.kind === 'ENV') Object.assign(building.environment, step.values);
  if (step.kind === 'WORKDIR') {
    building.workDir = resolve(building.workDir, step.folder);
    mkdirSync(join(building.root, building.workDir), { recursive: true });
  }
  if (step.kind === 'USER') building.user = step.user;
  if (step.kind === 'ENTRYPOINT') building.entrypoint = step.argv;
  if (step.kind === 'HEALTHCHECK') building.healthcheck = step.argv;
}

/** As Docker copies: a folder's content, a file under its name where the target is a folder. */
function copy(step: Extract<Step, { kind: 'COPY' }>, building: Building, built: ReadonlyMap<string, Building>, { contextDir }: ReplayOptions): void {
  const target = join(building.root, resolve(building.workDir, step.target));
  const intoFolder = step.target.endsWith('/') || step.sources.length > 1;
  const context = new BuildContext(contextDir);
  const from = step.from === undefined ? undefined : built.get(step.from);
  if (step.from !== undefined && !from) throw new UnknownStepError(`COPY --from=${step.from}`);
  for (const source of step.sources) {
    const sourcePath = join(from?.root ?? contextDir, source);
    if (!from && !context.has(source)) throw new StepFailedError(describe(step), `${source} is not in the build context`);
    const place = intoFolder && !lstatSync(sourcePath).isDirectory() ? join(target, basename(source)) : target;
    if (from) cpSync(sourcePath, place, { recursive: true });
    else context.copy(source, place);
    if (step.mode) chmodSync(place, Number.parseInt(step.mode, 8));
  }
}

async function run(command: string, building: Building, { contextDir, runNpmCi }: ReplayOptions): Promise<void> {
  const cwd = join(building.root, building.workDir);
  if (command.startsWith('npm ci') && !runNpmCi) return symlinkSync(join(contextDir, 'node_modules'), join(cwd, 'node_modules'), 'dir');
  const { exitCode, stdout, stderr } = await runCommand('sh', ['-ec', command], { cwd });
  if (exitCode !== 0) throw new StepFailedError(command, stderr || stdout);
}

function describe(step: Step): string {
  if (step.kind === 'COPY') return `COPY ${step.from ? `--from=${step.from} ` : ''}${step.sources.join(' ')} ${step.target}`;
  if (step.kind === 'NOTE') return step.text;
  const { kind, ...rest } = step;
  return `${kind} ${Object.values(rest).map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' ')}`;
}
