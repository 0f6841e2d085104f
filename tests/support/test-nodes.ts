import { NodeConnectionTypes, type IDataObject, type IExecuteFunctions, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

/** A node of the test itself; `work` sees n8n's real execution functions. */
export function testNode(work: (context: IExecuteFunctions) => ReturnType<NonNullable<INodeType['execute']>>, more: Partial<INodeTypeDescription> = {}): INodeType {
  return {
    description: {
      displayName: 'Test', name: 'test', group: ['transform'], version: 1, description: 'A node of the test', defaults: { name: 'Test' },
      inputs: [NodeConnectionTypes.Main], outputs: [NodeConnectionTypes.Main], properties: [], ...more,
    },
    async execute() {
      return await work(this);
    },
  };
}

/** Starts a workflow with these items. */
export function sourceOf(items: IDataObject[]): INodeType {
  return testNode(async () => [items.map((json) => ({ json: { ...json } }))], { inputs: [] });
}

/** Hands its input on; stands for n8n's own triggers, Set and No Operation. */
export const passThrough: INodeType = testNode(async (context) => [context.getInputData()]);
