import { readTemplates, type WorkflowBody } from '../../../cli';

/** Template 04 with a tool for its specialists: an HTTP request to the sink, with the idempotency key that the team fills in. */
export function pipelineWithEffects(sinkUrl: string): WorkflowBody {
  const { body } = readTemplates().find(({ name }) => name === '04-http-api')!;
  const tool: WorkflowBody['nodes'][number] = {
    id: 'post', name: 'post', type: 'n8n-nodes-base.httpRequestTool', typeVersion: 4.2, position: [0, 400],
    parameters: {
      toolDescription: 'posts a text', method: 'POST', url: sinkUrl, sendBody: true, specifyBody: 'json', options: { timeout: 10_000 },
      jsonBody: "={{ JSON.stringify({ text: $fromAI('text', 'what to post', 'string'), key: $fromAI('idempotencyKey', 'makes it happen once', 'string') }) }}",
    },
  };
  const connections = { ...body.connections, post: { ai_tool: [[{ node: 'Specialist Work', type: 'ai_tool', index: 0 }]] } };
  return { ...body, nodes: [...body.nodes, tool], connections };
}
