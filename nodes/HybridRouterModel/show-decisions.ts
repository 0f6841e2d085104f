import type { Decision } from '../../router';
import { ROUTER_MARK } from '../shared/agent-call';

/** Of n8n's LangChain adapter, what we add to. */
export interface SuppliedModel {
  [ROUTER_MARK]?: true;
  _generate(messages: unknown, options: object, ...rest: unknown[]): Promise<{ generations: Generation[] }>;
  _streamResponseChunks(messages: unknown, options: object, ...rest: unknown[]): AsyncIterable<Generation>;
  bindTools(tools: unknown[]): SuppliedModel;
}

interface Generation {
  generationInfo?: Record<string, unknown>;
  message: { response_metadata: Record<string, unknown> };
}

/**
 * Marks the model as our router, and shows in the editor, below each answer of the model node, why the router chose what it chose:
 * n8n prints `generationInfo` but not the metadata the adapter fills.
 */
export function showDecisions(model: SuppliedModel): SuppliedModel {
  const generate = model._generate.bind(model);
  const stream = model._streamResponseChunks.bind(model);
  const bindTools = model.bindTools.bind(model);

  model[ROUTER_MARK] = true;
  model._generate = async (...call) => {
    const result = await generate(...call);
    for (const generation of result.generations) show(generation, generation.message.response_metadata.aios);
    return result;
  };
  model._streamResponseChunks = async function* (messages, options, ...rest) {
    let decision: Decision | undefined;
    const tellDecision = (told: Decision) => {
      decision = told;
    };
    for await (const chunk of stream(messages, { ...options, tellDecision }, ...rest)) {
      // It is told with the last chunk.
      if (decision) show(chunk, decision);
      yield chunk;
    }
  };
  // A model with tools bound is a new one.
  model.bindTools = (tools) => showDecisions(bindTools(tools));
  return model;
}

function show(generation: Generation, decision: unknown): void {
  generation.generationInfo = { ...generation.generationInfo, aios: decision };
  generation.message.response_metadata.aios = decision;
}
