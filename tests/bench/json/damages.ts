import type { JsonValue } from '../../../kernel';
import type { Random } from '../privacy/random';
import type { MeantCall } from './generated-calls';

/** Writes a call the way a model may; `undefined` where the kind does not suit the call. */
export type Damage = (call: MeantCall, random: Random) => string | undefined;

const one = (call: MeantCall): string => JSON.stringify(call);
const pretty = (call: MeantCall): string => JSON.stringify(call, null, 2);

/** As Python prints it. */
function python(value: JsonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return value.includes("'") && !value.includes('"') ? `"${value}"` : `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`;
  if (typeof value === 'object') return `{${Object.entries(value).map(([key, inner]) => `${python(key)}: ${python(inner)}`).join(', ')}}`;
  return String(value);
}

/** In XML a text that looks like something else cannot be told from it. */
const asElements = (call: MeantCall, element: (key: string, text: string) => string): string | undefined => {
  const values = Object.entries(call.arguments);
  return values.map(([key, value]) => element(key, typeof value === 'string' ? value : JSON.stringify(value))).join('\n');
};

export const DAMAGES: Readonly<Record<string, Damage>> = {
  'printed by Python': (call) => python(call as unknown as JsonValue),
  'commas before every closing bracket': (call) => pretty(call).replace(/([^,{[\s])\n(\s*[}\]])/g, '$1,\n$2'),
  'names without quotes': (call) => pretty(call).replace(/^(\s*)"(\w+)":/gm, '$1$2:'),
  'closing brackets left out': (call, random) => {
    const text = one(call);
    const closers = /[}\]]+$/.exec(text)![0].length;
    return text.slice(0, text.length - random.between(1, closers));
  },
  'too many closing brackets': (call, random) => one(call) + '}'.repeat(random.between(1, 2)),
  'cut off behind its last value': (call) => one(call).replace(/["}\]]+$/, (tail) => (tail.startsWith('"') ? '' : tail[0] === '}' || tail[0] === ']' ? '' : tail)),
  'a fence without a language': (call) => `I will use a tool.\n\n\`\`\`\n${pretty(call)}\n\`\`\`\n\nOne moment.`,
  'a fence on one line': (call) => `\`\`\`json ${one(call)} \`\`\``,
  'words with braces before it': (call) => `The set {1, 2} and the list [see above] do not matter. So:\n${one(call)}`,
  'thinking that was never opened': (call) => `The user wants {"name": "nothing"}, so I call it.\n</think>\n\n${one(call)}`,
  'thinking with another call': (call) => `<thinking>Perhaps {"name": "read_file", "arguments": {"path": "/x"}}? No.</thinking>${one(call)}`,
  'comments at line ends': (call) => pretty(call).replace(/,$/gm, ', // as asked'),
  'comments with a hash': (call) => pretty(call).replace(/^\{$/m, '{ # the call'),
  'curly quotes everywhere': (call) => {
    let isOpen = false;
    return one(call).replace(/"/g, () => {
      isOpen = !isOpen;
      return isOpen ? '“' : '”';
    });
  },
  'line breaks within a text': (call) => one({ ...call, arguments: { ...call.arguments, note: 'first line\nsecond line\n\tthird' } }).replaceAll('\\n', '\n').replaceAll('\\t', '\t'),
  'quotes within a text': (call) => one({ ...call, arguments: { ...call.arguments, note: 'she said "well done" and left' } }).replaceAll('\\"', '"'),
  'a path with single backslashes': (call) => one({ ...call, arguments: { ...call.arguments, note: 'D:\\data\\west' } }).replaceAll('\\\\', '\\'),
  'commas left out at line ends': (call) => pretty(call).replace(/,$/gm, ''),
  'no-break spaces': (call) => pretty(call).replace(/^ +/gm, (blanks) => '\u00a0'.repeat(blanks.length)),
  'numbers with a plus, none for null': (call) => one(call).replace(/":(\d)/g, '":+$1').replace(/":null/g, '":none'),
  'written as a JSON string': (call) => JSON.stringify(one(call)),
  'escaped without its quotes': (call) => JSON.stringify(one(call)).slice(1, -1),
  'arguments as a string': (call) => JSON.stringify({ name: call.name, arguments: JSON.stringify(call.arguments) }),
  'arguments as a string of Python': (call) => JSON.stringify({ name: call.name, arguments: python(call.arguments) }),
  'the shape of OpenAI': (call) => JSON.stringify({ tool_calls: [{ id: 'call_1', type: 'function', function: { name: call.name, arguments: JSON.stringify(call.arguments) } }] }),
  'parameters for arguments': (call) => JSON.stringify({ function: call.name, parameters: call.arguments }),
  'action and action_input': (call) => `\`\`\`json\n${JSON.stringify({ action: call.name, action_input: call.arguments })}\n\`\`\``,
  'a tag that is never closed': (call) => `<tool_call>\n${one(call)}`,
  'tags around Python': (call) => `<function_call>${python(call as unknown as JsonValue)}</function_call>`,
  'the tag of Llama': (call) => `<function=${call.name}>${JSON.stringify(call.arguments)}</function>`,
  'the elements of Qwen': (call) => `<tool_call>\n<function=${call.name}>\n${asElements(call, (key, text) => `<parameter=${key}>\n${text}\n</parameter>`)}\n</function>\n</tool_call>`,
  'the elements of Anthropic': (call) => `<function_calls>\n<invoke name="${call.name}">\n${asElements(call, (key, text) => `<parameter name="${key}">${text}</parameter>`)}\n</invoke>\n</function_calls>`,
  'the pairs of GLM': (call) => `<tool_call>${call.name}\n${asElements(call, (key, text) => `<arg_key>${key}</arg_key>\n<arg_value>${text}</arg_value>`)}\n</tool_call>`,
  'the list of Mistral': (call) => `[TOOL_CALLS] [${one(call)}]`,
  'the name of Mistral': (call) => `[TOOL_CALLS]${call.name}[ARGS]${JSON.stringify(call.arguments)}`,
  'the marks of DeepSeek': (call) => `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>${call.name}\n\`\`\`json\n${JSON.stringify(call.arguments)}\n\`\`\`<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
  'the mark of Phi': (call) => `functools[${one(call)}]`,
  'code in a list': (call) => `[${call.name}(${Object.entries(call.arguments).map(([key, value]) => `${key}=${python(value)}`).join(', ')})]`,
  'code in a fence': (call) => `\`\`\`tool_code\n${call.name}(${Object.entries(call.arguments).map(([key, value]) => `${key}=${python(value)}`).join(', ')})\n\`\`\``,
  'an action and its input': (call) => `Thought: I need a tool.\nAction: ${call.name}\nAction Input: ${JSON.stringify(call.arguments)}`,
};

/** What the kinds above that add something to the call mean by it. */
export function meantBy(kind: string, call: MeantCall): MeantCall {
  const note = { 'line breaks within a text': 'first line\nsecond line\n\tthird', 'quotes within a text': 'she said "well done" and left', 'a path with single backslashes': 'D:\\data\\west' }[kind];
  return note === undefined ? call : { ...call, arguments: { ...call.arguments, note } };
}
