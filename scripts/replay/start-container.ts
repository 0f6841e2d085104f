import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../n8n-host/command';
import { childEnvironment } from '../n8n-host/place';
import { ContainerStartError } from './errors';
import type { ReplayedImage } from './replay-image';

export interface ContainerOptions {
  /** What follows the entrypoint, e.g. `worker`. */
  command?: readonly string[];
  environment: Readonly<Record<string, string>>;
  /** By the path in the container: a folder of this machine that stands for a volume. */
  volumes?: Readonly<Record<string, string>>;
}

export interface Container {
  /** Stands for `/`. */
  root: string;
  /** Settles when the image's own health check passes. @throws {ContainerStartError} */
  healthy: Promise<void>;
  /** What the process has written so far. */
  log(): string;
  /** Runs a program of the container beside its process, as `docker exec` does. */
  exec(argv: readonly string[]): Promise<{ exitCode: number | null; stdout: string; stderr: string }>;
  stop(): Promise<void>;
}

const HEALTHY_WITHIN_MS = 180_000;
const CHECK_EVERY_MS = 1_000;
const STOP_WITHIN_MS = 10_000;

/** Starts the image's entrypoint in a copy of its folder; absolute paths that exist in there are meant in there. */
export function startContainer(image: ReplayedImage, options: ContainerOptions): Container {
  const root = mkdtempSync(join(tmpdir(), 'aios-container-'));
  cpSync(image.root, root, { recursive: true });
  for (const [path, folder] of Object.entries(options.volumes ?? {})) mount(root, path, folder);
  const environment = containerEnvironment(root, { ...image.environment, ...options.environment });
  const logPath = join(root, 'container.log');
  const child = startProcess(root, [...image.entrypoint, ...(options.command ?? [])], environment, logPath);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const log = () => readFileSync(logPath, 'utf8');
  const exec = (argv: readonly string[]) => runCommand('env', [...assignments(environment), ...inside(root, argv)], { cwd: root });
  const stop = async () => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await ended;
    clearTimeout(late);
    rmSync(root, { recursive: true, force: true });
  };
  return { root, healthy: untilHealthy(child, () => exec(image.healthcheck), log), log, exec, stop };
}

/** A volume hides what the image has there; an empty one is first filled with it, as Docker does. */
function mount(root: string, path: string, folder: string): void {
  const place = join(root, path);
  mkdirSync(folder, { recursive: true });
  if (existsSync(place) && readdirSync(folder).length === 0) cpSync(place, folder, { recursive: true });
  rmSync(place, { recursive: true, force: true });
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(folder, place, 'dir');
}

function containerEnvironment(root: string, values: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const mapped = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, insidePath(root, value)]));
  const { PATH } = childEnvironment();
  return { ...mapped, HOME: join(root, 'home', 'node'), PATH: [join(root, 'usr', 'local', 'bin'), join(root, 'sbin'), PATH].join(delimiter) };
}

function startProcess(root: string, argv: readonly string[], environment: NodeJS.ProcessEnv, logPath: string): ChildProcess {
  const log = openSync(logPath, 'w');
  const [program, ...args] = inside(root, argv);
  return spawn(program!, args, { cwd: join(root, 'home', 'node'), env: environment, stdio: ['ignore', log, log] });
}

function inside(root: string, argv: readonly string[]): string[] {
  return argv.map((argument) => insidePath(root, argument));
}

function insidePath(root: string, value: string): string {
  const first = /^\/([^/]+)/.exec(value)?.[1];
  return first !== undefined && lstatSync(join(root, first), { throwIfNoEntry: false }) ? join(root, value) : value;
}

function assignments(environment: NodeJS.ProcessEnv): string[] {
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}

async function untilHealthy(child: ChildProcess, check: () => Promise<{ exitCode: number | null }>, log: () => string): Promise<void> {
  const giveUpAtMs = Date.now() + HEALTHY_WITHIN_MS;
  while (Date.now() < giveUpAtMs) {
    if (child.exitCode !== null || child.signalCode !== null) throw new ContainerStartError('ended while it was starting', log());
    if ((await check()).exitCode === 0) return;
    await sleep(CHECK_EVERY_MS);
  }
  throw new ContainerStartError('did not get healthy', log());
}
