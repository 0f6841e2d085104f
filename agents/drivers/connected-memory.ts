import type { ChatMemory, ChatTurn } from '../agents';
import { ChatMemoryError } from '../errors';

/** What we use of n8n's memory nodes, which give objects of LangChain's. */
export interface ChainMemory {
  loadMemoryVariables(values: object): Promise<Record<string, unknown>>;
  saveContext(input: { input: string }, output: { output: string }): Promise<void>;
}

/** A memory node wired to ours. @param options.local does its author vouch that it stays on this machine? */
export function connectedMemory(memory: ChainMemory, { local }: { local: boolean }): ChatMemory {
  return {
    local,
    async read() {
      const values = await memory.loadMemoryVariables({}).catch((error: unknown) => {
        throw new ChatMemoryError('read', error);
      });
      // One value; its key is the node's own.
      return Object.values(values).filter(Array.isArray).flat().flatMap(turnOf);
    },
    async add(person, team) {
      await memory.saveContext({ input: person }, { output: team }).catch((error: unknown) => {
        throw new ChatMemoryError('written', error);
      });
    },
  };
}

interface ChainMessage {
  getType?(): string;
  _getType?(): string;
  text?: unknown;
  content?: unknown;
}

/** Tool calls and system messages of other agents that share the memory are no part of the conversation. */
function turnOf(message: ChainMessage): ChatTurn[] {
  const type = message.getType?.() ?? message._getType?.();
  const text = textOf(message);
  if (text === '' || (type !== 'human' && type !== 'ai')) return [];
  return [{ from: type === 'human' ? 'person' : 'team', text }];
}

function textOf({ text, content }: ChainMessage): string {
  if (typeof text === 'string') return text;
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map((part) => String((part as { text?: unknown }).text ?? '')).join('') : '';
}
