/*
 * What Node has and QuickJS has not. Each function is turned into text and runs in QuickJS before the job's code, so it sees nothing but its
 * arguments and QuickJS' globals; the job's own mistakes in there are the job's.
 */
/* eslint-disable @typescript-eslint/no-explicit-any */

export type ModuleBody = (module: { exports: unknown }, exports: unknown, require: (name: string) => unknown, filename: string, dirname: string) => void;

/** `require` of the job's own files, with and without their ending. */
export function installModules(modules: Record<string, ModuleBody>): void {
  const scope = globalThis as any;
  const builtIn = scope.require;
  const loaded: Record<string, { exports: unknown }> = {};
  const join = (folder: string, name: string): string => {
    const parts: string[] = [];
    for (const part of `${name.startsWith('/work/') ? '' : folder}/${name.replace(/^\/work\//, '')}`.split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
    }
    return parts.join('/');
  };
  const load = (path: string): unknown => {
    const folder = path.split('/').slice(0, -1).join('/');
    const module = (loaded[path] = { exports: {} });
    modules[path]!(module, module.exports, requireFrom(folder), `/work/${path}`, folder === '' ? '/work' : `/work/${folder}`);
    return module.exports;
  };
  const requireFrom = (folder: string) => (name: string): unknown => {
    const wanted = /^(\.{0,2}\/|\.{1,2}$)/.test(name) ? join(folder, name) : undefined;
    const path = ['', '.js', '.cjs', '.ts', '.json', '/index.js', '/index.ts'].map((ending) => wanted + ending).find((candidate) => candidate in modules);
    // What is none of the job's files the built-in one knows, or says that nobody does.
    if (wanted === undefined || path === undefined) return builtIn(name);
    return loaded[path] ? loaded[path].exports : load(path);
  };
  scope.require = requireFrom('');
}

/** Timers. As soon as nothing else is to be done, time jumps to the next one, so no job waits in truth. */
export function installTimers(): void {
  const scope = globalThis as any;
  const timers: Array<{ id: number; atMs: number; everyMs?: number; call: () => void }> = [];
  const RealDate = Date;
  let [lastId, skippedMs, isPumping] = [0, 0, false];
  scope.Date = class extends RealDate {
    constructor(...parts: any[]) {
      super(...((parts.length > 0 ? parts : [RealDate.now() + skippedMs]) as [number]));
    }
    static override now(): number {
      return RealDate.now() + skippedMs;
    }
  };
  // Promises that are settled by now get their turns first.
  const afterTurns = (turns: number, act: () => void): void => void Promise.resolve().then(() => (turns > 0 ? afterTurns(turns - 1, act) : act()));
  const fire = (call: () => void): void => {
    try {
      call();
    } catch (error) {
      const { name = 'Error', message = String(error), stack = '' } = (error ?? {}) as Error;
      scope.console.error(`${name}: ${message}\n${stack}`.trimEnd());
      scope.process.exit(1);
    }
  };
  const pump = (): void => {
    timers.sort((one, other) => one.atMs - other.atMs || one.id - other.id);
    const next = timers.shift();
    isPumping = next !== undefined;
    if (!next) return;
    skippedMs += Math.max(0, next.atMs - scope.Date.now());
    if (next.everyMs !== undefined) timers.push({ ...next, atMs: next.atMs + Math.max(1, next.everyMs) });
    fire(next.call);
    afterTurns(50, pump);
  };
  const startTimer = (repeats: boolean) => (call: (...given: any[]) => void, afterMs?: unknown, ...given: any[]): number => {
    const waitMs = Math.max(0, Number(afterMs) || 0);
    timers.push({ id: (lastId += 1), atMs: scope.Date.now() + waitMs, call: () => call(...given), ...(repeats && { everyMs: waitMs }) });
    if (!isPumping) afterTurns(50, pump);
    isPumping = true;
    return lastId;
  };
  const stopTimer = (id: unknown): void => {
    const index = timers.findIndex((timer) => timer.id === id);
    if (index >= 0) timers.splice(index, 1);
  };
  scope.setTimeout = startTimer(false);
  scope.setInterval = startTimer(true);
  scope.setImmediate = (call: any, ...given: any[]) => scope.setTimeout(call, 0, ...given);
  scope.clearTimeout = scope.clearInterval = scope.clearImmediate = stopTimer;
  scope.queueMicrotask ??= (call: () => void) => void Promise.resolve().then(call);
  scope.process.nextTick ??= (call: any, ...given: any[]) => void Promise.resolve().then(() => call(...given));
}

/** `process.stdout.write`. js-exec prints whole lines only, so a begun one waits for its end, the next console.log or the job's last turn. */
export function installOutput(): void {
  const scope = globalThis as any;
  const afterTurns = (turns: number, act: () => void): void => void Promise.resolve().then(() => (turns > 0 ? afterTurns(turns - 1, act) : act()));
  const writerFor = (say: 'log' | 'error') => {
    const print = scope.console[say].bind(scope.console);
    let begun = '';
    const flush = (): void => {
      if (begun !== '') print(begun);
      begun = '';
    };
    scope.console[say] = (...parts: unknown[]) => (begun === '' ? print(...parts) : (print(begun + parts.map(String).join(' ')), void (begun = '')));
    return (text: unknown): boolean => {
      const lines = (begun + String(text)).split('\n');
      begun = lines.pop()!;
      if (lines.length > 0) print(lines.join('\n'));
      if (begun !== '') afterTurns(50, flush);
      return true;
    };
  };
  scope.process.stdout ??= { write: writerFor('log'), isTTY: false };
  scope.process.stderr ??= { write: writerFor('error'), isTTY: false };
  scope.console.info ??= (...parts: unknown[]) => scope.console.log(...parts);
  scope.console.debug ??= (...parts: unknown[]) => scope.console.log(...parts);
}

/** `readFileSync(0)`, and arguments from the third place on. */
export function installInput(stdin: string): void {
  const scope = globalThis as any;
  scope.process.argv.unshift('node');
  const fs = scope.require('fs');
  const readFileSync = fs.readFileSync;
  const read = (path: unknown, ...rest: unknown[]) => (path === 0 || path === '/dev/stdin' ? stdin : readFileSync(path, ...rest));
  for (const target of [fs, scope.fs]) if (target) target.readFileSync = read;
}
