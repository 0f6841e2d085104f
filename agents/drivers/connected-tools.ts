import { z } from 'zod';
import type { JsonObject } from '../../kernel';
import type { AgentTool } from '../agents';
import { isZod3, zod3ToJsonSchema } from '../zod3-schema';

/** What a LangChain tool is as far as we touch it. */
interface ChainTool {
  name: string;
  description?: string;
  schema?: unknown;
  invoke(input: unknown, options: { signal: AbortSignal }): Promise<unknown>;
}

/** What n8n hands over on a Tool connector: tools, or toolkits that hold several. */
export type ChainToolOrKit = object;

/** Names every vendor takes; n8n names a tool after its node, which may hold anything. */
const NOT_IN_A_NAME = /[^a-zA-Z0-9_-]+/g;
const MAX_NAME_CHARACTERS = 64;

/**
 * The tools wired to a node, as agents use them.
 *
 * @param options.local the author vouches that none of them sends data away
 * @param options.needsPerson each call waits for a person
 * @param options.repeatable he vouches that a call may be made twice; a tool that takes an idempotency key may in any case
 */
export function connectedTools(wired: ChainToolOrKit | readonly ChainToolOrKit[], options: { local: boolean; needsPerson?: boolean; repeatable?: boolean }): AgentTool[] {
  const taken = new Set<string>();
  return toolsOf(wired).map((tool) => {
    const { schema, keyName } = withoutKey(toolArgumentsSchema(tool.schema));
    return {
      name: uniqueName(tool.name, taken),
      description: tool.description ?? tool.name,
      schema,
      local: options.local,
      ...(options.needsPerson && { needsPerson: true }),
      ...(keyName !== undefined ? { repeat: 'byKey' } : options.repeatable && { repeat: 'freely', sideBySide: true }),
      run: async (args, signal, idempotencyKey) => resultText(await tool.invoke(keyName === undefined ? args : { ...args, [keyName]: idempotencyKey }, { signal })),
    };
  });
}

const KEY_NAMES = ['idempotencyKey', 'idempotency_key'];

/** An argument for an idempotency key is ours to fill: the model never sees it. */
function withoutKey(schema: JsonObject): { schema: JsonObject; keyName?: string } {
  const properties = (schema.properties ?? {}) as JsonObject;
  const keyName = KEY_NAMES.find((name) => name in properties);
  if (keyName === undefined) return { schema };
  const { [keyName]: _, ...others } = properties;
  const required = Array.isArray(schema.required) ? schema.required.filter((name) => name !== keyName) : [];
  return { schema: { ...schema, properties: others, required }, keyName };
}

function toolsOf(wired: unknown): ChainTool[] {
  if (Array.isArray(wired)) return wired.flatMap(toolsOf);
  if (isTool(wired)) return [wired];
  const kit = wired as { getTools?: () => unknown; tools?: unknown } | null | undefined;
  if (typeof kit?.getTools === 'function') return toolsOf(kit.getTools());
  return Array.isArray(kit?.tools) ? toolsOf(kit.tools) : [];
}

function isTool(value: unknown): value is ChainTool {
  const tool = value as Partial<ChainTool> | null;
  return typeof tool === 'object' && tool !== null && typeof tool.name === 'string' && typeof tool.invoke === 'function';
}

function uniqueName(name: string, taken: Set<string>): string {
  const plain = name.replace(NOT_IN_A_NAME, '_').slice(0, MAX_NAME_CHARACTERS) || 'tool';
  let unique = plain;
  for (let number = 2; taken.has(unique); number++) unique = `${plain.slice(0, MAX_NAME_CHARACTERS - 4)}_${number}`;
  taken.add(unique);
  return unique;
}

/** JSON Schema (draft 7) of a tool's arguments, whatever its author wrote them in: n8n's zod 3, zod 4 or JSON Schema. */
export function toolArgumentsSchema(schema: unknown): JsonObject {
  if (isZod3(schema)) return asObject(zod3ToJsonSchema(schema));
  if (isZod4(schema)) return asObject(z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) as JsonObject);
  return asObject((schema ?? {}) as JsonObject);
}

/** Told by its mark, not by its class: another package brings another copy of zod. */
function isZod4(schema: unknown): schema is z.ZodType {
  return typeof schema === 'object' && schema !== null && '_zod' in schema;
}

/** Vendors refuse a tool whose arguments are not declared as an object. */
function asObject(schema: JsonObject): JsonObject {
  const { $schema: _, ...rest } = schema;
  return rest.type === 'object' ? rest : { type: 'object', properties: {}, ...rest };
}

/** A tool answers with text, with a LangChain message, or with data. */
function resultText(result: unknown): string {
  if (typeof result === 'string') return result;
  const content = (result as { content?: unknown } | null | undefined)?.content;
  if (typeof content === 'string') return content;
  return JSON.stringify(content ?? result) ?? '';
}
