/** JavaScript: loads the test file with its modules and tells what became of its tests. Needs ASSERT_MODULE and TEST_MODULE before it. */
export const RUN_JS_TESTS = String.raw`
// Nothing delivered has run yet: it can neither read the mark in this program's file nor come between its words and standard output.
try { require('fs').unlinkSync(process.argv[1]); } catch { /* It is not there under that name. */ }
const [say, encode] = [process.stdout.write.bind(process.stdout), JSON.stringify];
const counted = { assertions: 0 };
const tests = testModule();
const assertion = assertModule(() => { counted.assertions += 1; }, tests.raised);
const OURS = {
  'node:test': tests.exported, test: tests.exported,
  'node:assert': assertion, assert: assertion,
  'node:assert/strict': assertion.strict, 'assert/strict': assertion.strict,
};

function linker(modules, outside) {
  const loaded = {};
  const endings = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.json', '/index.js', '/index.mjs', '/index.ts'];
  const joined = (folder, name) => {
    const parts = [];
    for (const part of (folder + '/' + name).split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
    }
    return parts.join('/');
  };
  const found = (wanted) => {
    const path = endings.map((ending) => wanted + ending).find((candidate) => candidate in modules);
    // TypeScript writes ./sum.js and means sum.ts.
    return path ?? [wanted.replace(/\.([mc]?)js$/, '.$1ts')].find((candidate) => candidate in modules);
  };
  const requireFrom = (folder) => (name) => {
    if (OURS[name]) return OURS[name];
    if (!/^\.{0,2}\/|^\.{1,2}$/.test(name)) return outside(name);
    const path = found(joined(name.startsWith('/') ? '' : folder, name));
    if (path === undefined) throw new Error("Cannot find module '" + name + "'");
    return load(path);
  };
  const load = (path) => {
    if (loaded[path]) return loaded[path].exports;
    const module = (loaded[path] = { exports: {} });
    const folder = path.split('/').slice(0, -1).join('/');
    const pending = modules[path].call(module.exports, module, module.exports, requireFrom(folder), path, folder);
    if (pending && pending.then) module.pending = pending;
    return module.exports;
  };
  return { load, pending: (path) => loaded[path].pending };
}

async function runTests(mark, entry, modules, outside) {
  const tell = (facts) => say('\n' + mark + ' ' + encode(facts) + '\n');
  const link = linker(modules, outside);
  try {
    link.load(entry);
    await link.pending(entry);
  } catch (error) {
    const missing = /Cannot find (?:module|package) '([^'./][^']*)'/.exec(String(error && error.message));
    tell({ kind: 'unloaded', said: (error && error.name ? error.name + ': ' + error.message : String(error)).slice(0, 1500), ...(missing && { missing: missing[1] }) });
    tell({ kind: 'end' });
    return;
  }
  tell({ kind: 'start' });
  const outcome = await tests.run();
  tell({ kind: 'tests', ...outcome, assertions: counted.assertions });
  tell({ kind: 'end' });
}
`;
