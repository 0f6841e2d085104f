/** JavaScript: `node:test` as far as a test of delivered work needs it. Defines `testModule()`: what a test file imports, and `run()`. */
export const TEST_MODULE = String.raw`
function testModule() {
  const group = (name, parent, options = {}) => ({ name, parent, options, entries: [], before: [], after: [], beforeEach: [], afterEach: [] });
  const root = group('', undefined);
  const outcome = { run: 0, skipped: 0, failed: 0, failures: [] };
  let current = root;
  // The name of the test that is over while nothing else has begun: what fails then fails behind it, in a promise it did not wait for.
  let over;

  const given = (parts) => ({
    name: typeof parts[0] === 'string' ? parts[0] : (parts.find((part) => typeof part === 'function') || {}).name || 'a test',
    options: parts.find((part) => typeof part === 'object' && part !== null) || {},
    body: parts.find((part) => typeof part === 'function'),
  });
  const addTest = (more) => (...parts) => {
    const { name, options, body } = given(parts);
    current.entries.push({ name, options: { ...options, ...more }, body });
    return Promise.resolve();
  };
  const addGroup = (more) => (...parts) => {
    const { name, options, body } = given(parts);
    const outer = current;
    const own = group(name, outer, { ...outer.options, ...options, ...more });
    outer.entries.push(own);
    current = own;
    try {
      const pending = body && body();
      if (pending && pending.then) own.pending = pending;
    } finally {
      current = outer;
    }
    return Promise.resolve();
  };
  const withModes = (add) => Object.assign(add({}), { skip: add({ skip: true }), todo: add({ todo: true }), only: add({}) });
  const hook = (kind) => (body) => void current[kind].push(body);
  const test = withModes(addTest);
  const describe = withModes(addGroup);

  const noteFailure = (name, error) => {
    outcome.failed += 1;
    const said = error instanceof Error ? error.name + ': ' + error.message : 'threw ' + shown(error);
    const at = error && error.stack ? String(error.stack).split('\n').filter((line) => line.includes('at ')).slice(0, 4).join('\n') : '';
    if (outcome.failures.length < 20) outcome.failures.push({ test: name, said: (said + '\n' + at).slice(0, 2000) });
  };
  const callBody = async (body, context, name) => {
    over = undefined;
    try {
      const pending = begun(body, context);
      if (!pending || !pending.then) over = name;
      await pending;
    } finally {
      over = name;
    }
  };
  const raised = (error) => { if (over !== undefined) noteFailure(over, new Error('behind its end, in a promise it does not wait for: ' + (error instanceof Error ? error.message : error))); };
  const begun = (body, context) => body.length < 2 ? body(context) : new Promise((resolve, reject) => body(context, (error) => (error ? reject(error) : resolve())));
  const chain = (from, kind) => (from ? [...chain(from.parent, kind), ...from[kind]] : []);

  // A test's own t.test() runs at once, inside it.
  const contextOf = (name, owner) => ({
    name,
    diagnostic() {}, plan() {}, mock: undefined,
    skip() { throw SKIPPED; },
    todo() {},
    before: (body) => body(), after: (body) => void owner.later.push(body),
    beforeEach: (body) => void owner.eachBefore.push(body), afterEach: (body) => void owner.eachAfter.push(body),
    async test(...parts) {
      const inner = given(parts);
      for (const body of owner.eachBefore) await body();
      await runTest({ ...inner, name: name + ' > ' + inner.name }, undefined);
      for (const body of owner.eachAfter) await body();
    },
  });
  const SKIPPED = { skipped: true };

  // A few turns for promises that are settled already.
  const turn = async () => { for (let left = 5; left > 0; left -= 1) await undefined; };

  async function runTest(entry, from) {
    if (entry.options.skip || entry.options.todo || !entry.body) return void (outcome.skipped += 1);
    outcome.run += 1;
    const owner = { later: [], eachBefore: [], eachAfter: [] };
    try {
      for (const body of chain(from, 'beforeEach')) await body();
      try {
        await callBody(entry.body, contextOf(entry.name, owner), entry.name);
      } finally {
        await turn();
        over = undefined;
        for (const body of owner.later) await body();
        for (const body of chain(from, 'afterEach')) await body();
      }
    } catch (error) {
      if (error === SKIPPED) { outcome.run -= 1; outcome.skipped += 1; } else noteFailure(entry.name, error);
    }
  }
  async function runGroup(own, path) {
    try {
      if (own.pending) await own.pending;
      for (const body of own.before) await body();
    } catch (error) {
      noteFailure(path || 'before', error);
      return;
    }
    for (const entry of own.entries) {
      const name = path ? path + ' > ' + entry.name : entry.name;
      const options = { ...(own.options.skip && { skip: true }), ...(own.options.todo && { todo: true }), ...entry.options };
      if (entry.entries) await runGroup(Object.assign(entry, { options }), name);
      else await runTest({ ...entry, name, options }, own);
    }
    try {
      for (const body of own.after) await body();
    } catch (error) {
      noteFailure(path || 'after', error);
    }
  }

  Object.assign(test, { test, it: test, describe, suite: describe, before: hook('before'), after: hook('after'), beforeEach: hook('beforeEach'), afterEach: hook('afterEach') });
  test.default = test;
  return { exported: test, raised, async run() { await runGroup(root, ''); over = 'the last test'; await new Promise((resolve) => setTimeout(resolve, 10)); return outcome; } };
}
`;
