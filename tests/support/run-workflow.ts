import './quiet-n8n';
import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import { Workflow, type IConnections, type IDataObject, type INode, type INodeType, type INodeTypes, type IRun, type IWorkflowExecuteAdditionalData, type StructuredChunk } from 'n8n-workflow';

export interface WorkflowJson {
  name?: string;
  nodes: Array<Pick<INode, 'name' | 'type' | 'parameters'> & Partial<INode>>;
  connections: IConnections;
}

export interface RunOptions {
  /** By full type name, for instance `n8n-nodes-aios.taskBoard`. */
  nodeTypes: Record<string, INodeType>;
  /** Where to start; default: the first node. */
  startNode?: string;
  executionId?: string;
  /** What n8n's credential store would hand out, by credential id. */
  credentials?: Record<string, IDataObject>;
  streaming?: boolean;
}

export interface RunningWorkflow {
  finished: Promise<IRun>;
  chunks: StructuredChunk[];
  /** As the stop button does. */
  stop(): void;
}

let executions = 0;

/** Runs a workflow through n8n-core's own execution: expressions, paired items, "on error" settings, sub-nodes and cancellation are n8n's. */
export function startWorkflow(json: WorkflowJson, options: RunOptions): RunningWorkflow {
  const workflow = workflowOf(json, options.nodeTypes);
  const nodes = Object.values(workflow.nodes);
  const executionId = options.executionId ?? `execution-${process.pid}-${++executions}`;
  const chunks: StructuredChunk[] = [];
  const hooks = new ExecutionLifecycleHooks('manual', executionId, { id: 'test-workflow', name: json.name ?? '', nodes, connections: json.connections, active: false, activeVersionId: null, isArchived: false, createdAt: new Date(0), updatedAt: new Date(0) });
  if (options.streaming) hooks.addHandler('sendChunk', (chunk) => void chunks.push(chunk));
  const execution = new WorkflowExecute(additionalData(hooks, options), 'manual');
  const running = execution.run({ workflow, startNode: workflow.getNode(options.startNode ?? json.nodes[0]!.name)! });
  return { finished: running, chunks, stop: () => running.cancel() };
}

export function workflowOf(json: WorkflowJson, nodeTypes: Record<string, INodeType>): Workflow {
  const nodes = json.nodes.map((node, index): INode => ({ id: `node-${index}`, typeVersion: 1, position: [0, 0], ...node }));
  return new Workflow({ id: 'test-workflow', name: json.name, nodes, connections: json.connections, active: false, nodeTypes: registryOf(nodeTypes), settings: { executionOrder: 'v1' } });
}

export async function runWorkflow(json: WorkflowJson, options: RunOptions): Promise<IRun> {
  return await startWorkflow(json, options).finished;
}

/** The items a node gave to an output in one of its rounds. */
export function itemsOf(run: IRun, node: string, { round = 0, output = 0 } = {}) {
  return run.data.resultData.runData[node]?.[round]?.data?.main?.[output] ?? [];
}

/** `a → b` on the first outputs, for short test workflows. */
export function chain(...names: string[]): IConnections {
  return Object.fromEntries(names.slice(0, -1).map((name, index) => [name, { main: [[{ node: names[index + 1]!, type: 'main' as const, index: 0 }]] }]));
}

function registryOf(nodeTypes: Record<string, INodeType>): INodeTypes {
  const find = (name: string) => {
    const found = nodeTypes[name];
    if (!found) throw new TypeError(`The test registers no node type "${name}".`);
    return found;
  };
  return { getByName: find, getByNameAndVersion: find, getKnownTypes: () => ({}) };
}

function additionalData(hooks: ExecutionLifecycleHooks, { credentials = {}, streaming }: RunOptions): IWorkflowExecuteAdditionalData {
  const used: Partial<IWorkflowExecuteAdditionalData> & { hooks: ExecutionLifecycleHooks } = {
    hooks,
    executionId: hooks.executionId,
    currentNodeExecutionIndex: 0,
    variables: {},
    streamingEnabled: streaming ?? false,
    webhookBaseUrl: 'http://127.0.0.1:5678/webhook',
    webhookWaitingBaseUrl: 'http://127.0.0.1:5678/webhook-waiting',
    formWaitingBaseUrl: 'http://127.0.0.1:5678/form-waiting',
    logAiEvent() {},
    credentialsHelper: {
      getDecrypted: async (_data: unknown, { id }: { id: string | null }) => credentials[id ?? ''],
      isCredentialUsableByNode: () => true,
      getCredentialsProperties: () => [],
      getParentTypes: () => [],
    } as unknown as IWorkflowExecuteAdditionalData['credentialsHelper'],
  };
  return used as IWorkflowExecuteAdditionalData;
}
