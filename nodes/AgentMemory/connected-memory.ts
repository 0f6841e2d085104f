import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { Embedder, Memory } from '../../memory';
import type { Team } from '../../team';
import { isTool } from './as-tool';

/** n8n's embeddings, as its own nodes and community nodes supply them. */
interface WiredEmbeddings {
  embedQuery(text: string): Promise<number[]>;
  embedDocuments(texts: string[]): Promise<number[][]>;
  model?: string;
  modelName?: string;
}

/** The team's memory, embedding by the connected sub-node where there is one. */
export async function connectedMemory(context: IExecuteFunctions, team: Team, itemIndex: number): Promise<Memory> {
  const wired = isTool(context) ? undefined : ((await context.getInputConnectionData(NodeConnectionTypes.AiEmbedding, itemIndex)) as WiredEmbeddings | undefined);
  return wired ? team.memory.embeddedBy(connectedEmbedder(wired, context.getNodeParameter('embeddingRunsHere', itemIndex, false) as boolean)) : team.memory;
}

function connectedEmbedder(wired: WiredEmbeddings, local: boolean): Embedder {
  return {
    model: wired.model ?? wired.modelName ?? wired.constructor.name,
    local,
    async embed(texts, purpose) {
      const vectors = purpose === 'query' ? await Promise.all(texts.map(async (text) => await wired.embedQuery(text))) : await wired.embedDocuments([...texts]);
      return vectors.map(ofLengthOne);
    },
  };
}

function ofLengthOne(numbers: number[]): Float32Array {
  const length = Math.hypot(...numbers) || 1;
  return Float32Array.from(numbers, (number) => number / length);
}
