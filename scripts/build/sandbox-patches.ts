import { BuildError } from './build-error';

interface Patch {
  find: string;
  replace: string;
}

/**
 * What js-exec 3.4.2 does wrong with code as models write it. Each text must be there exactly once, so an update that moves it stops the build.
 *
 * `process.exit()` in a promise's callback made the worker wait forever for an answer to its second exit; a script that ends with a call whose promise
 * is rejected (`main()`) ended with code 0 and no word, and so did one that set `process.exitCode`; errors came without their names.
 */
const JS_WORKER: readonly Patch[] = [
  {
    find: 'exit(code) {\n    this.execSync(OpCode.EXIT, "", void 0, code);',
    replace: 'exit(code) {\n    if (this.hasExited) return;\n    this.execSync(OpCode.EXIT, "", void 0, code);\n    this.hasExited = true;',
  },
  {
    find: '  execSync(opCode, path, data, flags = 0, mode = 0) {',
    replace: '  execSync(opCode, path, data, flags = 0, mode = 0) {\n    if (this.hasExited) return { success: false, error: "the program has ended" };',
  },
  // Its own bound is some seconds of a fast machine; ours is the limit on time.
  { find: 'return interruptCount > INTERRUPT_CYCLES;', replace: 'return backend.hasExited;' },
  {
    find: '    result.value.dispose();\n    backend.exit(0);',
    replace: `    const completion = input.isModule ? { type: "pending" } : context.getPromiseState(result.value);
    if (completion.type === "fulfilled" && !completion.notAPromise) completion.value.dispose();
    if (completion.type === "rejected") {
      const reason = formatError(completion.error.consume((error) => context.dump(error)));
      if (!backend.hasExited) backend.writeStderr(\`\${reason}\n\`);
      backend.exit(1);
    }
    result.value.dispose();
    backend.exit(context.unwrapResult(context.evalCode("Number(globalThis.process?.exitCode) || 0")).consume((code) => context.dump(code)));`,
  },
  {
    find: '    const msg = err.message;\n    if (err.stack) {',
    replace: '    const msg = `${err.name ?? "Error"}: ${err.message}`;\n    if (err.stack) return `${msg}\\n${err.stack.trimEnd()}`;\n    if (err.stack) {',
  },
];

/** We say which code is a module: one `await` in a function makes none. */
const JS_COMMAND: readonly Patch[] = [{ find: '!u&&/\\bawait\\s+[\\w([`]/.test(s)&&(u=!0)', replace: '!1' }];

/** Where the commands start their workers, which we call .mjs. */
const WORKER_NAMES = /"((?:\.\/)?(?:js-exec-|sqlite3-)?worker)\.js"/g;

/** A file of just-bash as we ship it. @throws {BuildError} when a text to be changed is missing or there twice */
export function patched(file: string, source: string): string {
  const patches = /js-exec-worker\.js$/.test(file) ? JS_WORKER : /js-exec-\w+\.js$/.test(file) ? JS_COMMAND : [];
  const text = patches.reduce((done, { find, replace }) => {
    const places = done.split(find).length - 1;
    if (places !== 1) throw new BuildError(`A patch of ${file} fits ${places} places instead of one; look at the new version (scripts/build/sandbox-patches.ts).`, [find]);
    return done.replace(find, () => replace);
  }, source);
  return text.replaceAll(WORKER_NAMES, '"$1.mjs"');
}
