import { z } from 'zod';
import type { JsonObject } from '../../kernel';
import { answerFromSchema } from '../support/model-servers';

describe('answerFromSchema', () => {
  it('fills what the schema demands and nothing else', () => {
    const schema = z.object({
      kind: z.enum(['b', 'a']),
      name: z.string().min(1),
      note: z.string().optional(),
      count: z.number().int().min(3).max(9),
      done: z.boolean(),
      version: z.literal(2),
      price: z.number().nullable(),
      either: z.union([z.string(), z.number()]),
      none: z.array(z.string()),
      parts: z.array(z.object({ id: z.string(), at: z.iso.date() })).min(2),
    });
    const value = answerFromSchema(z.toJSONSchema(schema, { target: 'draft-7' }) as JsonObject);
    expect(schema.parse(value)).toEqual(value);
    expect(value).toEqual({
      kind: 'b', name: 'name', count: 3, done: true, version: 2, price: 0, either: 'either', none: [],
      parts: [{ id: 'id', at: '2026-01-01' }, { id: 'id-2', at: '2026-01-01' }],
    });
  });

  it('follows references and patterns', () => {
    const schema: JsonObject = {
      type: 'object', required: ['slug', 'year'],
      properties: { slug: { $ref: '#/definitions/slug' }, year: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' } },
      definitions: { slug: { type: 'string', pattern: '^[a-z]+$' } },
    };
    expect(answerFromSchema(schema)).toEqual({ slug: 'slug', year: '2026-01-01' });
  });
});
