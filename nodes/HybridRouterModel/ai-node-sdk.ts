/** n8n's kit for AI nodes, n8n's own copy. It brings LangChain with it, so it is loaded when a model is first supplied and not when n8n starts. */
export function aiNodeSdk() {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only require finds n8n's copy, through NODE_PATH
  return require('@n8n/ai-node-sdk') as typeof import('@n8n/ai-node-sdk');
}
