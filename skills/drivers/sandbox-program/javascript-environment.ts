import { stripTypeScriptTypes } from 'node:module';
import { Script } from 'node:vm';
import { installInput, installModules, installOutput, installTimers } from './quickjs-parts';

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

/** What Node has and QuickJS has not, as a script that runs before the job's. */
export function javascriptEnvironment(files: Readonly<Record<string, string>>, stdin: string): string {
  const modules = Object.entries(files).flatMap(([path, text]) => {
    const body = bodyOf(path, text);
    return body === undefined ? [] : [`${JSON.stringify(path)}: ${body}`];
  });
  return [`(${installModules})({${modules.join(',\n')}});`, `(${installTimers})();`, `(${installOutput})();`, `(${installInput})(${JSON.stringify(stdin)});`].join('\n');
}

function bodyOf(path: string, text: string): string | undefined {
  if (path.endsWith('.json')) return `(module) => { module.exports = JSON.parse(${JSON.stringify(text)}); }`;
  if (!SCRIPT_FILE.test(path)) return undefined;
  const body = `function (module, exports, require, __filename, __dirname) {${withoutTypes(text)}\n}`;
  // An ES module is for import; js-exec finds those by itself.
  return compiles(`(${body})`) ? body : undefined;
}
