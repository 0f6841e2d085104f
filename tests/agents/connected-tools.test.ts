import { DynamicStructuredTool, DynamicTool } from '@langchain/core/tools';
import { z as zod4 } from 'zod';
import { z as zod3 } from 'zod/v3';
import { connectedTools } from '../../agents';
import { zod3ToJsonSchema } from '../../agents/zod3-schema';

const signal = new AbortController().signal;
const structured = (name: string, schema: unknown, func: (args: unknown) => unknown) => new DynamicStructuredTool({ name, description: `does ${name}`, schema: schema as never, func: func as never });

describe('connected tools', () => {
  it('become agents\' tools with a JSON schema, toolkits opened, names made plain and different', async () => {
    const add = structured('Add numbers!', zod3.object({ a: zod3.number().int().describe('first'), b: zod3.number().optional() }), (args) => JSON.stringify(args));
    const kit = { getTools: () => [structured('Add numbers?', { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] }, () => ({ rows: [1] }))] };
    const tools = connectedTools([add, kit, { tools: [structured('four', zod4.object({ q: zod4.string() }), () => 'ok')] }, {}], { local: true });
    expect(tools.map(({ name, local }) => [name, local])).toEqual([['Add_numbers_', true], ['Add_numbers__2', true], ['four', true]]);
    expect(tools[0]).toMatchObject({ description: 'does Add numbers!', schema: { type: 'object', properties: { a: { type: 'integer', description: 'first' }, b: { type: 'number' } }, required: ['a'] } });
    expect(tools[1]!.schema).toMatchObject({ properties: { q: { type: 'string' } } });
    expect(tools[2]!.schema).toMatchObject({ type: 'object', required: ['q'] });
    expect(await tools[0]!.run({ a: 1 }, signal, 'k', 8_000)).toBe('{"a":1}');
    expect(await tools[1]!.run({ q: 'x' }, signal, 'k', 8_000)).toBe('{"rows":[1]}');
    await expect(tools[0]!.run({ a: 'one' }, signal, 'k', 8_000)).rejects.toBeDefined();
  });

  it('take text tools and tools without a schema', async () => {
    const [text] = connectedTools(new DynamicTool({ name: 'echo', description: 'echoes', func: async (input) => `echo ${input}` }), { local: false });
    expect(await text!.run({ input: 'x' }, signal, 'k', 8_000)).toBe('echo x');
    const [bare] = connectedTools([{ name: 'bare', invoke: async () => ({ content: [{ type: 'text' }] }) }], { local: false });
    expect(bare).toMatchObject({ description: 'bare', schema: { type: 'object', properties: {} }, local: false });
    expect(await bare!.run({}, signal, 'k', 8_000)).toBe('[{"type":"text"}]');
  });
});

it('fills in the idempotency key of a tool that takes one, unseen by the model', async () => {
  const post = structured('post', zod3.object({ text: zod3.string(), idempotencyKey: zod3.string() }), (args) => JSON.stringify(args));
  const look = structured('look', zod3.object({ q: zod3.string() }), () => 'seen');
  const [keyed, plain] = connectedTools([post, look], { local: true });
  expect(keyed).toMatchObject({ repeat: 'byKey', schema: { properties: { text: { type: 'string' } }, required: ['text'] } });
  expect(JSON.stringify(keyed!.schema)).not.toContain('idempotency');
  expect(JSON.parse(await keyed!.run({ text: 'hello' }, signal, 'k1', 8_000))).toEqual({ text: 'hello', idempotencyKey: 'k1' });
  expect(plain!.repeat).toBeUndefined();
  expect(connectedTools([look], { local: true, repeatable: true })[0]!.repeat).toBe('freely');
});

it('reads every kind of zod-3 schema n8n\'s tools bring', () => {
  enum Size { Small = 'small', Large = 'large' }
  const schema = zod3.object({
    text: zod3.string().min(1).default('x'),
    on: zod3.boolean(),
    when: zod3.date().nullable(),
    none: zod3.null(),
    one: zod3.literal('one'),
    kind: zod3.enum(['a', 'b']),
    size: zod3.nativeEnum(Size),
    map: zod3.record(zod3.number()),
    list: zod3.array(zod3.object({ id: zod3.string() })),
    pair: zod3.tuple([zod3.string(), zod3.number()]),
    either: zod3.union([zod3.string(), zod3.number()]),
    shape: zod3.discriminatedUnion('t', [zod3.object({ t: zod3.literal('x') }), zod3.object({ t: zod3.literal('y') })]),
    both: zod3.intersection(zod3.object({ a: zod3.string() }), zod3.object({ b: zod3.string() })),
    caught: zod3.string().catch('z'),
    fixed: zod3.string().readonly(),
    branded: zod3.string().brand('id'),
    effect: zod3.string().transform((text) => text.length),
    piped: zod3.string().pipe(zod3.string()),
    lazy: zod3.lazy(() => zod3.string()),
    anything: zod3.any(),
  });
  expect(zod3ToJsonSchema(schema)).toEqual({
    type: 'object',
    properties: {
      text: { type: 'string' }, on: { type: 'boolean' }, when: { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] }, none: { type: 'null' }, one: { const: 'one' },
      kind: { enum: ['a', 'b'] }, size: { enum: ['small', 'large'] }, map: { type: 'object', additionalProperties: { type: 'number' } },
      list: { type: 'array', items: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'], additionalProperties: false } },
      pair: { type: 'array', items: [{ type: 'string' }, { type: 'number' }] }, either: { anyOf: [{ type: 'string' }, { type: 'number' }] },
      shape: { anyOf: [{ type: 'object', properties: { t: { const: 'x' } }, required: ['t'], additionalProperties: false }, { type: 'object', properties: { t: { const: 'y' } }, required: ['t'], additionalProperties: false }] },
      both: { allOf: [{ type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false }, { type: 'object', properties: { b: { type: 'string' } }, required: ['b'], additionalProperties: false }] },
      caught: { type: 'string' }, fixed: { type: 'string' }, branded: { type: 'string' }, effect: { type: 'string' }, piped: { type: 'string' }, lazy: { type: 'string' }, anything: {},
    },
    required: ['on', 'when', 'none', 'one', 'kind', 'size', 'map', 'list', 'pair', 'either', 'shape', 'both', 'fixed', 'branded', 'effect', 'piped', 'lazy'],
    additionalProperties: false,
  });
});
