import { schemaType } from '../../../agents/roles/meant-schema';

const passes = (schema: object, value: unknown) => schemaType(schema).safeParse(value).success;

it.each<[string, object, unknown]>([
  ['a required field without "type"', { required: ['a'] }, {}],
  ['a required field that "properties" does not name', { type: 'object', required: ['a'], additionalProperties: false }, {}],
  ['a field of another type', { properties: { a: { type: 'string' } } }, { a: 5 }],
  ['a word of texts deep inside', { properties: { a: { items: { minLength: 3 } } } }, { a: ['ab'] }],
  ['a number that is too small', { minimum: 5 }, 1],
  ['too few entries', { type: 'array', minItems: 2 }, [1]],
  ['a required field that is not what additional ones must be', { type: 'object', required: ['a'], additionalProperties: { type: 'number' } }, { a: 'x' }],
  ['what an alternative demands', { anyOf: [{ required: ['a'] }] }, {}],
  ['what a reference demands', { $defs: { part: { required: ['a'] } }, properties: { part: { $ref: '#/$defs/part' } } }, { part: {} }],
])('finds %s', (_, schema, value) => expect(passes(schema, value)).toBe(false));

it.each<[string, object, unknown]>([
  ['everything, where it says nothing', {}, 5],
  ['a required field of any value', { required: ['a'] }, { a: null, b: 1 }],
  ['fields that are called like words', { properties: { type: { const: 'x' }, pattern: { type: 'string' }, items: { type: 'array', items: { type: 'number' } }, required: { type: 'boolean' } } }, { type: 'x', pattern: 'y', items: [1], required: true }],
  ['a number whose format is one of numbers', { properties: { a: { format: 'int32' } } }, { a: 1 }],
  ['a required field that a pattern of names allows', { type: 'object', required: ['xa'], patternProperties: { '^x': { type: 'string' } }, additionalProperties: { type: 'number' } }, { xa: 'b' }],
  ['a default that looks like a schema', { properties: { a: { type: 'object', default: { required: ['x'] } } } }, {}],
])('lets through %s', (_, schema, value) => expect(passes(schema, value)).toBe(true));
