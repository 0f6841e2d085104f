import { extractJson } from '../../agents/extract-json';

describe('the JSON in an answer', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['  {"a":1}\n', { a: 1 }],
    ['Sure! {"a":1} Anything else?', { a: 1 }],
    ['```json\n{"a":1}\n```', { a: 1 }],
    ['Here:\n```\n{"a":"```js\\nx\\n```"}\n```', { a: '```js\nx\n```' }],
    ['<think>{"b":2}</think>{"a":1}', { a: 1 }],
    ['first I think {"b":2}</think>\n{"a":1}', { a: 1 }],
    ['{"a":1}{"a":2}', { a: 1 }],
    ['{"a":"} not the end {"}', { a: '} not the end {' }],
    ['{"a":"say \\"}\\" now"} tail', { a: 'say "}" now' }],
    ["{'a': 1, b: True,}", { a: 1, b: true }],
    ['{"a":[1,2', { a: [1, 2] }],
    ['{"a":"<think>kept</think>"}', { a: '<think>kept</think>' }],
  ])('%j', (answer, value) => {
    const extracted = extractJson(answer);
    expect(extracted.found && extracted.values[0]).toEqual(value);
  });

  it.each([['', /empty/], ['<think>only</think>', /empty/], ['no', /no JSON object/], ['"text"', /no JSON object/], ['['.repeat(300), /broken/]])('is not found in %j', (answer, problem) => {
    const extracted = extractJson(answer);
    expect(extracted).toEqual({ found: false, problem: expect.stringMatching(problem) });
  });
});
