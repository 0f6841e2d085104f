import { isJsonObject, isOfJsonType, type JsonObject } from '../kernel';
import type { ModelReply, ModelRequest, ToolCall } from './request';

export type ToolCallFault = 'BAD_TOOL_CALL' | 'NO_TOOL_CALL';

/** What keeps the calls of an answer from being carried out: a tool nobody offered, arguments that do not fit, or no call where one was demanded. */
export function faultOfToolCalls({ toolCalls }: Pick<ModelReply, 'toolCalls'>, { tools = [], toolChoice = 'auto' }: Pick<ModelRequest, 'tools' | 'toolChoice'>): ToolCallFault | undefined {
  const offered = new Map(tools.map(({ name, schema }) => [name, schema]));
  const fits = ({ name, arguments: values }: ToolCall) => offered.has(name) && fitsSchema(values, offered.get(name)!);
  if (!toolCalls.every(fits)) return 'BAD_TOOL_CALL';
  if (tools.length === 0 || toolChoice === 'auto') return undefined;
  const isDemanded = ({ name }: ToolCall) => toolChoice === 'required' || name === toolChoice.name;
  return toolCalls.some(isDemanded) ? undefined : 'NO_TOOL_CALL';
}

/** The names a schema demands and the types it gives them, at its top. What lies deeper the tool itself has to look at. */
function fitsSchema(values: JsonObject, { required, properties }: JsonObject): boolean {
  const has = (name: string) => Object.hasOwn(values, name) && values[name] !== undefined;
  if (Array.isArray(required) && !required.every((name) => has(String(name)))) return false;
  const demanded = new Set(Array.isArray(required) ? required.map(String) : []);
  return Object.entries(isJsonObject(properties) ? properties : {}).every(([name, schema]) => {
    if (!has(name) || !isJsonObject(schema)) return true;
    // Many models write null for what they leave out.
    return (values[name] === null && !demanded.has(name)) || isOfJsonType(values[name]!, schema.type);
  });
}
