import { transform, type Transform } from 'sucrase';
import { ASSERT_MODULE } from './assert-module';
import { RUN_JS_TESTS } from './run-js-tests';
import { TEST_MODULE } from './test-module';

const SCRIPT = /\.([cm]?)(js|ts)x?$/;

/** A delivered file is no JavaScript; `problem` names file and line. */
export interface NoScript {
  problem: string;
}

/**
 * One script that runs a test file: the file, all scripts it may import, and `node:test` and `node:assert` of our own,
 * because the sandbox's JavaScript has neither them nor modules that mix `import` and `require`.
 *
 * @param mark begins each line the program tells about the tests
 */
export function jsTestProgram(entry: string, files: Readonly<Record<string, string>>, mark: string): { code: string } | NoScript {
  const modules: string[] = [];
  for (const [path, text] of Object.entries(files)) {
    const body = moduleBody(path, text, path === entry);
    if (body === undefined) continue;
    // What the test does not import may be broken; the test file may not.
    if (typeof body === 'object' && path === entry) return body;
    modules.push(`${JSON.stringify(path)}: ${typeof body === 'string' ? body : `function () { throw new SyntaxError(${JSON.stringify(body.problem)}); }`}`);
  }
  const call = `runTests(${JSON.stringify(mark)}, ${JSON.stringify(entry)}, {\n${modules.join(',\n')}\n}, require);`;
  return { code: `(function () {\n${ASSERT_MODULE}${TEST_MODULE}${RUN_JS_TESTS}\n${call}\n})();\n` };
}

function moduleBody(path: string, text: string, isEntry: boolean): string | NoScript | undefined {
  if (path.endsWith('.json')) return `function (module) { module.exports = JSON.parse(${JSON.stringify(text)}); }`;
  if (!SCRIPT.test(path)) return undefined;
  try {
    const { code } = transform(text.replace(/^#!.*/, ''), { transforms: transformsFor(path), filePath: path, production: true, disableESTransforms: true });
    // Only the test file may wait at its top: whoever requires another gets it at once.
    return `${isEntry ? 'async ' : ''}function (module, exports, require, __filename, __dirname) {\n${code.replace(/\bimport\.meta\b/g, '({ url: "file:///" + __filename })')}\n}`;
  } catch (error) {
    return { problem: `${path} is no JavaScript that can be read: ${(error as Error).message.replace(/^Error transforming [^:]*: /, '')}` };
  }
}

function transformsFor(path: string): Transform[] {
  const isTyped = /\.[cm]?tsx?$/.test(path);
  return ['imports', ...(isTyped ? (['typescript'] as const) : []), ...(path.endsWith('x') ? (['jsx'] as const) : [])];
}
