import { NodeConnectionTypes, type ExpressionString } from 'n8n-workflow';

const MAIN = { type: NodeConnectionTypes.Main };
const EMBEDDING = { type: NodeConnectionTypes.AiEmbedding, displayName: 'Embedding', required: false, maxConnections: 1 };
// Two labels side by side have room for about nine letters each.
const DOCUMENT = { type: NodeConnectionTypes.AiDocument, displayName: 'Files', required: false, maxConnections: 1 };

const BY_OPERATION: Record<string, object[]> = { remember: [MAIN, EMBEDDING, DOCUMENT], recall: [MAIN, EMBEDDING], assemble: [MAIN, EMBEDDING], consolidate: [MAIN, EMBEDDING] };

/** n8n shows connectors an operation has no use for unless an expression leaves them out. */
export const inputs: ExpressionString = `={{ (${JSON.stringify(BY_OPERATION)})[$parameter["operation"]] ?? ${JSON.stringify([MAIN])} }}`;
