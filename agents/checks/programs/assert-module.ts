/** JavaScript: `node:assert`, loose and strict, which counts its calls and says what it compared. Defines `assertModule(count, raised)`. */
export const ASSERT_MODULE = String.raw`
class AssertionError extends Error {
  constructor(options) {
    super(options.message);
    this.name = 'AssertionError';
    this.code = 'ERR_ASSERTION';
    Object.assign(this, options);
  }
}

function shown(value, depth = 0) {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return value + 'n';
  if (typeof value === 'function') return '[Function ' + (value.name || 'anonymous') + ']';
  if (value instanceof Error) return value.name + ': ' + value.message;
  if (value instanceof RegExp || value instanceof Date) return String(value);
  if (value === null || typeof value !== 'object') return Object.is(value, -0) ? '-0' : String(value);
  if (depth > 3) return '…';
  const inner = (list) => list.slice(0, 50).map((one) => shown(one, depth + 1)).join(', ') + (list.length > 50 ? ', …' : '');
  if (Array.isArray(value)) return '[' + inner(value) + ']';
  if (value instanceof Set) return 'Set {' + inner([...value]) + '}';
  if (value instanceof Map) return 'Map {' + [...value].map(([key, one]) => shown(key, depth + 1) + ' => ' + shown(one, depth + 1)).join(', ') + '}';
  return '{' + Object.keys(value).slice(0, 50).map((key) => key + ': ' + shown(value[key], depth + 1)).join(', ') + '}';
}

function deepSame(one, other, strict, seen = []) {
  if (strict ? Object.is(one, other) : one == other || (one !== one && other !== other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (strict && Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  if (seen.some(([left, right]) => left === one && right === other)) return true;
  const deeper = [...seen, [one, other]];
  if (one instanceof Date && other instanceof Date) return one.getTime() === other.getTime();
  if (one instanceof RegExp && other instanceof RegExp) return String(one) === String(other);
  if (one instanceof Error && other instanceof Error && (one.message !== other.message || one.name !== other.name)) return false;
  if (one instanceof Map && other instanceof Map) return one.size === other.size && [...one].every(([key, value]) => other.has(key) && deepSame(value, other.get(key), strict, deeper));
  if (one instanceof Set && other instanceof Set) return one.size === other.size && [...one].every((value) => other.has(value) || [...other].some((candidate) => deepSame(value, candidate, strict, deeper)));
  const [keys, otherKeys] = [Object.keys(one), Object.keys(other)];
  return keys.length === otherKeys.length && keys.every((key) => Object.prototype.hasOwnProperty.call(other, key) && deepSame(one[key], other[key], strict, deeper));
}

function matchesError(error, wanted, message) {
  if (wanted === undefined || typeof wanted === 'string') return;
  const refuse = (why) => { throw new AssertionError({ message: message || 'the error is another one: ' + shown(error) + ', ' + why, actual: error, expected: wanted, operator: 'throws' }); };
  if (wanted instanceof RegExp) return wanted.test(String(error)) || refuse('it does not match ' + wanted);
  if (typeof wanted === 'function') {
    if (wanted.prototype !== undefined && error instanceof wanted) return;
    if (wanted === Error || Error.isPrototypeOf(wanted)) return refuse('it is no ' + wanted.name);
    return wanted.call({}, error) === true || refuse('the function did not return true');
  }
  for (const key of Object.keys(wanted)) {
    const same = wanted[key] instanceof RegExp && typeof error[key] === 'string' ? wanted[key].test(error[key]) : deepSame(error[key], wanted[key], true);
    if (!same) refuse(key + ' is ' + shown(error[key]) + ', not ' + shown(wanted[key]));
  }
}

function assertModule(count, raised) {
  const fail = (message, parts, fallback) => {
    raised(message instanceof Error ? message : fallback);
    if (message instanceof Error) throw message;
    throw new AssertionError({ message: message === undefined ? fallback : message + ' (' + fallback + ')', ...parts });
  };
  const compare = (operator, holds, words) => (actual, expected, message) => {
    count();
    if (!holds(actual, expected)) fail(message, { actual, expected, operator }, shown(actual) + ' ' + words + ' ' + shown(expected));
  };
  const ok = (value, message) => {
    count();
    if (!value) fail(message, { actual: value, expected: true, operator: '==' }, shown(value) + ' is not truthy');
  };
  const thrownBy = (action) => { try { action(); } catch (error) { return { error }; } return undefined; };
  const rejectedBy = async (action) => { try { await (typeof action === 'function' ? action() : action); } catch (error) { return { error }; } return undefined; };
  const mustThrow = (found, wanted, message, word) => {
    if (!found) fail(message ?? (typeof wanted === 'string' ? wanted : undefined), { expected: wanted, operator: word }, 'nothing was thrown');
    matchesError(found.error, wanted, message);
  };
  const mustNotThrow = (found, message) => { if (found) fail(typeof message === 'string' ? message : undefined, { actual: found.error, operator: 'doesNotThrow' }, 'threw ' + shown(found.error)); };
  const loose = compare('==', (one, other) => one == other || (one !== one && other !== other), 'is not equal to');
  const strict = compare('strictEqual', Object.is, 'is not');
  const deep = compare('deepEqual', (one, other) => deepSame(one, other, false), 'is not deeply equal to');
  const deepStrict = compare('deepStrictEqual', (one, other) => deepSame(one, other, true), 'is not deeply equal to');
  const assert = Object.assign((value, message) => ok(value, message), {
    ok, AssertionError,
    equal: loose, strictEqual: strict, deepEqual: deep, deepStrictEqual: deepStrict,
    notEqual: compare('!=', (one, other) => one != other, 'is equal to'),
    notStrictEqual: compare('notStrictEqual', (one, other) => !Object.is(one, other), 'is'),
    notDeepEqual: compare('notDeepEqual', (one, other) => !deepSame(one, other, false), 'is deeply equal to'),
    notDeepStrictEqual: compare('notDeepStrictEqual', (one, other) => !deepSame(one, other, true), 'is deeply equal to'),
    match: compare('match', (text, pattern) => typeof text === 'string' && pattern.test(text), 'does not match'),
    doesNotMatch: compare('doesNotMatch', (text, pattern) => !pattern.test(text), 'matches'),
    fail: (message) => { count(); fail(message instanceof Error ? message : undefined, { operator: 'fail' }, message === undefined ? 'Failed' : String(message)); },
    ifError: (value) => { count(); if (value !== null && value !== undefined) throw value; },
    throws: (action, wanted, message) => { count(); mustThrow(thrownBy(action), wanted, message, 'throws'); },
    doesNotThrow: (action, message) => { count(); mustNotThrow(thrownBy(action), message); },
    rejects: async (action, wanted, message) => { count(); mustThrow(await rejectedBy(action), wanted, message, 'rejects'); },
    doesNotReject: async (action, message) => { count(); mustNotThrow(await rejectedBy(action), message); },
  });
  assert.strict = Object.assign((value, message) => ok(value, message), assert, { equal: strict, deepEqual: deepStrict, notEqual: assert.notStrictEqual, notDeepEqual: assert.notDeepStrictEqual });
  assert.strict.strict = assert.strict;
  assert.default = assert;
  assert.strict.default = assert.strict;
  return assert;
}
`;
