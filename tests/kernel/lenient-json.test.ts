import fc from 'fast-check';
import { jsonValuesIn, readLenientJson } from '../../kernel';
import { generatedFigures, sharedFigures } from '../bench/json/measure';
import { itUnless } from '../support/services';
import { noCorpus } from '../support/shared-data';

const value = (text: string): unknown => {
  const read = readLenientJson(text);
  return read.found ? read.value : undefined;
};

describe('JSON that is damaged', () => {
  it.each([
    ["{'a': None, 'b': True, 'c': (1, 2)}", { a: null, b: true, c: [1, 2] }],
    ['{"a": 1, /* one */ "b": 2, // two\n}', { a: 1, b: 2 }],
    ['{"say": "she said "yes" and left"}', { say: 'she said "yes" and left' }],
    ['{"a": "one\ntwo"}', { a: 'one\ntwo' }],
    ['{"path": "D:\\data", "pattern": "\\d+"}', { path: 'D:\\data', pattern: '\\d+' }],
    ['{"a": "x"\n "b": [1 2]}', { a: 'x', b: [1, 2] }],
    ['{"a": {"b": [1, {"c": 2', { a: { b: [1, { c: 2 }] } }],
    ['{"a": NaN, "b": Infinity, "c": undefined}', { a: null, b: null, c: null }],
    ['{“a”: “b”}', { a: 'b' }],
    ['{a: b c, d: 1/3}', { a: 'b c', d: '1/3' }],
  ])('is read as it was meant: %s', (text, meant) => {
    expect(value(text)).toEqual(meant);
  });

  it('changes nothing that is valid', () => {
    for (const text of ['{"a": "// no comment", "b": "1,2", "c": "{\\"d\\": \'x\'}"}', '[1e5, -0.5, ""]', '"text"', '0']) expect(value(text)).toEqual(JSON.parse(text));
  });

  it('gives an object no other prototype', () => {
    const read = value("{'__proto__': {'admin': True}}") as object;
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect((read as { admin?: boolean }).admin).toBeUndefined();
  });

  it('is refused when it is nested too deep, without a crash', () => {
    expect(jsonValuesIn('['.repeat(100_000))).toEqual([{ found: false, problem: expect.stringContaining('nested') }]);
  });

  // Quadratic work on such texts would take minutes.
  it.each(['"', '{"a":"', '[\'', '{a:', '/*', '("', '`', '\\"', '"a" b, ', '<tool_call>{"'])('ends soon on a text of nothing but %j', (piece) => {
    const startedMs = performance.now();
    readLenientJson(piece.repeat(20_000 / piece.length));
    jsonValuesIn(piece.repeat(20_000 / piece.length));
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  it('is read in time where a model wrote nothing but tags of thinking', () => {
    const startedMs = performance.now();
    expect(jsonValuesIn('<think>'.repeat(40_000))[0]).toMatchObject({ found: false });
    expect(jsonValuesIn(`${'<think>'.repeat(40_000)}</think>{"a": 1}`)).toEqual([{ found: true, value: { a: 1 } }]);
    // A search from each tag to the end took 10 s and more.
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });

  it.each([
    ['<think>{"b": 2}</think>{"a": 1}', { a: 1 }],
    ['<thinking>x <think>y</thinking>{"a": 1}', { a: 1 }],
    ['perhaps {"b": 2}?</think>{"a": 1}', { a: 1 }],
    ['{"a": "</think>"}', { a: '</think>' }],
    ['<THINK>x</THINK><reasoning>y</reasoning>{"a": 1}', { a: 1 }],
  ])('is read without the thinking in %j', (answer, value) => expect(jsonValuesIn(answer)).toEqual([{ found: true, value }]));

  it('is never changed where nothing was damaged, with words and fences around it as well', () => {
    fc.assert(fc.property(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue(), { minLength: 1 })), (value) => {
      const text = JSON.stringify(value);
      expect(readLenientJson(text)).toEqual({ found: true, value: JSON.parse(text) });
      expect(jsonValuesIn(text)).toEqual([{ found: true, value: JSON.parse(text) }]);
    }), { numRuns: 300, seed: 6 });
  });
});

describe('the figures of `npm run bench:json`', () => {
  const shared = sharedFigures();

  itUnless(noCorpus(shared), 'hold on the corpora', () => {
    // A tenth of a corpus may hold one row more of what cannot be known.
    for (const { name, rows, right, least, crashed, wrong } of shared!) expect({ name, crashed, tooFew: right + 2 < (least ?? 0) * rows, wrong: right + 2 < (least ?? 0) * rows ? wrong : [] }).toEqual({ name, crashed: 0, tooFew: false, wrong: [] });
  });

  it('hold on damages of our own', () => {
    for (const { name, rows, right, least, crashed, wrong } of generatedFigures(Number(process.env.SEED ?? 1), 20)) expect({ name, crashed, tooFew: right + 1 < least! * rows, wrong: right + 1 < least! * rows ? wrong : [] }).toEqual({ name, crashed: 0, tooFew: false, wrong: [] });
  });
});
