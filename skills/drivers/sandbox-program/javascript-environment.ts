import { stripTypeScriptTypes } from 'node:module';
import { Script } from 'node:vm';

const SCRIPT_FILE = /\.(js|cjs|ts|cts)$/;

/** JavaScript as it came; TypeScript without its types, every line where it was; what neither can read as it came. */
export function withoutTypes(code: string): string {
  if (compiles(`(async () => {${code}\n})`)) return code;
  try {
    return stripTypeScriptTypes(code);
  } catch {
    return code;
  }
}

export function needsModuleMode(code: string): boolean {
  return !compiles(`(() => {${code}\n})`);
}

/** Only read, never run: this process would. */
function compiles(code: string): boolean {
  try {
    return Boolean(new Script(code));
  } catch {
    return false;
  }
}

/**
 * What Node has and QuickJS has not, as a script that runs before the job's: `require` of the job's own files, timers, and
 * `readFileSync(0)`. Time jumps to the next timer as soon as nothing else is to be done, so no job waits in truth.
 */
export function javascriptEnvironment(files: Readonly<Record<string, string>>, stdin: string): string {
  const modules = Object.entries(files).flatMap(([path, text]) => {
    const body = bodyOf(path, text);
    return body === undefined ? [] : [`${JSON.stringify(path)}: ${body}`];
  });
  return `(${installEnvironment.toString()})({${modules.join(',\n')}}, ${JSON.stringify(stdin)});`;
}

function bodyOf(path: string, text: string): string | undefined {
  if (path.endsWith('.json')) return `(module) => { module.exports = JSON.parse(${JSON.stringify(text)}); }`;
  if (!SCRIPT_FILE.test(path)) return undefined;
  const body = `function (module, exports, require, __filename, __dirname) {${withoutTypes(text)}\n}`;
  // An ES module is for import; js-exec finds those by itself.
  return compiles(`(${body})`) ? body : undefined;
}

/* Runs in QuickJS: nothing outside this function is there. */
/* eslint-disable @typescript-eslint/no-explicit-any */
function installEnvironment(modules: Record<string, (...parts: any[]) => void>, stdin: string): void {
  const scope = globalThis as any;
  const builtIn = scope.require;
  const loaded: Record<string, { exports: unknown }> = {};

  const join = (folder: string, path: string): string => {
    const parts: string[] = [];
    for (const part of `${path.startsWith('/work/') ? '' : folder}/${path.replace(/^\/work\//, '')}`.split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
    }
    return parts.join('/');
  };
  const requireFrom = (folder: string) => (name: string) => {
    if (!/^(\.{0,2}\/|\.{1,2}$)/.test(name)) return builtIn(name);
    const wanted = join(folder, name);
    const path = ['', '.js', '.cjs', '.ts', '.json', '/index.js', '/index.ts'].map((ending) => wanted + ending).find((candidate) => candidate in modules);
    if (path === undefined) throw new Error(`Cannot find module '${name}'`);
    if (!loaded[path]) {
      const module = (loaded[path] = { exports: {} });
      const own = path.split('/').slice(0, -1).join('/');
      modules[path]!(module, module.exports, requireFrom(own), `/work/${path}`, `/work/${own}`.replace(/\/$/, ''));
    }
    return loaded[path]!.exports;
  };
  scope.require = requireFrom('');

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
  const pump = (): void => {
    timers.sort((one, other) => one.atMs - other.atMs || one.id - other.id);
    const next = timers.shift();
    isPumping = next !== undefined;
    if (!next) return;
    skippedMs += Math.max(0, next.atMs - scope.Date.now());
    if (next.everyMs !== undefined) timers.push({ ...next, atMs: next.atMs + Math.max(1, next.everyMs) });
    try {
      next.call();
    } catch (error) {
      const { name = 'Error', message = String(error), stack = '' } = error as Error;
      console.error(`${name}: ${message}\n${stack}`);
      scope.process.exit(1);
    }
    afterTurns(50, pump);
  };
  const start = (call: (...given: any[]) => void, afterMs: unknown, given: any[], repeats: boolean): number => {
    const waitMs = Math.max(0, Number(afterMs) || 0);
    timers.push({ id: (lastId += 1), atMs: scope.Date.now() + waitMs, call: () => call(...given), ...(repeats && { everyMs: waitMs }) });
    if (!isPumping) afterTurns(50, pump);
    isPumping = true;
    return lastId;
  };
  const stop = (id: unknown): void => {
    const index = timers.findIndex((timer) => timer.id === id);
    if (index >= 0) timers.splice(index, 1);
  };
  scope.setTimeout ??= (call: any, afterMs: unknown, ...given: any[]) => start(call, afterMs, given, false);
  scope.setInterval ??= (call: any, everyMs: unknown, ...given: any[]) => start(call, everyMs, given, true);
  scope.setImmediate ??= (call: any, ...given: any[]) => start(call, 0, given, false);
  scope.queueMicrotask ??= (call: () => void) => void Promise.resolve().then(call);
  scope.clearTimeout ??= stop;
  scope.clearInterval ??= stop;
  scope.clearImmediate ??= stop;

  // js-exec prints whole lines only, so a begun one waits for its end, the next console.log or the job's last turn.
  const lineWriter = (say: 'log' | 'error') => {
    const print = console[say].bind(console);
    let begun = '';
    const flush = (): void => {
      if (begun !== '') print(begun);
      begun = '';
    };
    console[say] = (...parts: unknown[]) => (begun === '' ? print(...parts) : (print(begun + parts.map(String).join(' ')), void (begun = '')));
    return (text: unknown): boolean => {
      const lines = (begun + String(text)).split('\n');
      begun = lines.pop()!;
      if (lines.length > 0) print(lines.join('\n'));
      if (begun !== '') afterTurns(50, flush);
      return true;
    };
  };
  scope.process.stdout ??= { write: lineWriter('log'), isTTY: false };
  scope.process.stderr ??= { write: lineWriter('error'), isTTY: false };
  console.info ??= (...parts: unknown[]) => console.log(...parts);
  console.debug ??= (...parts: unknown[]) => console.log(...parts);
  scope.process.nextTick ??= (call: any, ...given: any[]) => void Promise.resolve().then(() => call(...given));

  const fs = builtIn('fs');
  const readFileSync = fs.readFileSync;
  const reads = (path: unknown, ...rest: unknown[]) => (path === 0 || path === '/dev/stdin' ? stdin : readFileSync(path, ...rest));
  for (const target of [fs, scope.fs]) if (target) target.readFileSync = reads;
}
