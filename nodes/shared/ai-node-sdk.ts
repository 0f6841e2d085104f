/** n8n's kit for AI nodes, n8n's own copy. It brings LangChain with it, so it is loaded when a model is first supplied and not when n8n starts. */
export function aiNodeSdk() {
  return require('@n8n/ai-node-sdk') as typeof import('@n8n/ai-node-sdk');
}
