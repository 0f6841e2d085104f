import type { INode, INodeType } from 'n8n-workflow';
import { InvalidInputError } from '../../kernel';
import { forEachItem, type ItemCall } from '../../nodes/shared/for-each-item';
import { chain, itemsOf, runWorkflow, startWorkflow } from '../support/run-workflow';
import { passThrough, sourceOf, testNode } from '../support/test-nodes';

const ITEMS = [0, 1, 2, 3, 4].map((n) => ({ runId: 'run-1', taskId: `t${n}`, attempt: 2, n, private: 'not for the error item' }));
const refused = new InvalidInputError('The item is refused.', { hint: 'Send another one.' });

function worker(work: (n: number, call: ItemCall) => Promise<object>): INodeType {
  return testNode(async (context) => [
    await forEachItem(context, async (call) => ({ json: { ...(await work(context.getNodeParameter('n', call.itemIndex) as number, call)) } })),
  ], { properties: [{ displayName: 'N', name: 'n', type: 'number', default: 0 }] });
}

function workflow(settings: Partial<INode> = {}) {
  return {
    nodes: [
      { name: 'Source', type: 'source', parameters: {} },
      { name: 'Work', type: 'work', parameters: { n: '={{ $json.n }}' }, ...settings },
      { name: 'Good', type: 'pass', parameters: { origin: '={{ $("Source").item.json.n }}' } },
      { name: 'Bad', type: 'pass', parameters: {} },
    ],
    connections: {
      ...chain('Source', 'Work'),
      Work: { main: [[{ node: 'Good', type: 'main' as const, index: 0 }], [{ node: 'Bad', type: 'main' as const, index: 0 }]] },
    },
  };
}

const types = (work: INodeType) => ({ source: sourceOf(ITEMS), work, pass: passThrough });

describe('forEachItem', () => {
  it('keeps the order of the items whatever the order they finish in, and says where each came from', async () => {
    const gates = new Map<number, () => void>();
    const node = worker(async (n) => {
      await new Promise<void>((resolve) => {
        gates.set(n, resolve);
        // All five are at work before the first may finish, the last one first.
        if (gates.size === ITEMS.length) for (const key of [4, 3, 2, 1, 0]) gates.get(key)!();
      });
      return { answer: n * 10 };
    });
    const run = await runWorkflow(workflow(), { nodeTypes: types(node) });
    expect(itemsOf(run, 'Work').map(({ json, pairedItem }) => [json.answer, pairedItem])).toEqual([0, 1, 2, 3, 4].map((n) => [n * 10, { item: n }]));
  });

  it('works on at most sixteen items at a time', async () => {
    let now = 0;
    let most = 0;
    const node = worker(async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return {};
    });
    await runWorkflow(workflow(), { nodeTypes: { ...types(node), source: sourceOf(Array.from({ length: 40 }, (_, n) => ({ n }))) } });
    expect(most).toBe(16);
  });

  it('fails the node with message, hint and item when the node stops on errors', async () => {
    const node = worker(async (n) => {
      if (n === 3) throw refused;
      return { n };
    });
    const { error } = (await runWorkflow(workflow(), { nodeTypes: types(node) })).data.resultData;
    expect(error).toMatchObject({ message: 'The item is refused.', description: 'Send another one.', context: { itemIndex: 3 }, node: { name: 'Work' } });
  });

  it('stops the other items when one fails the node', async () => {
    const stopped: number[] = [];
    const node = worker(async (n, { signal }) => {
      if (n === 0) throw refused;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      stopped.push(n);
      throw signal.reason;
    });
    const run = await runWorkflow(workflow(), { nodeTypes: types(node) });
    expect(run.data.resultData.error?.message).toBe('The item is refused.');
    expect(stopped).toEqual([1, 2, 3, 4]);
  });

  it('turns a failed item into an error item that still names its task, and keeps the others', async () => {
    const node = worker(async (n) => {
      if (n === 1) throw refused;
      return { answer: n };
    });
    const run = await runWorkflow(workflow({ onError: 'continueRegularOutput' }), { nodeTypes: types(node) });
    const items = itemsOf(run, 'Good').map(({ json }) => json);
    expect(items[1]).toEqual({ runId: 'run-1', taskId: 't1', attempt: 2, error: { message: 'The item is refused.', code: 'INVALID_INPUT', hint: 'Send another one.' } });
    expect(items.map(({ answer }) => answer)).toEqual([0, undefined, 2, 3, 4]);
  });

  it('sends a failed item to the error output when the node has one', async () => {
    const node = worker(async (n) => {
      if (n === 1) throw refused;
      return { answer: n };
    });
    const run = await runWorkflow(workflow({ onError: 'continueErrorOutput' }), { nodeTypes: types(node) });
    expect(itemsOf(run, 'Good').map(({ json }) => json.answer)).toEqual([0, 2, 3, 4]);
    expect(itemsOf(run, 'Bad').map(({ json }) => json)).toEqual([expect.objectContaining({ runId: 'run-1', taskId: 't1', attempt: 2, error: expect.objectContaining({ code: 'INVALID_INPUT' }) })]);
  });

  it('calls an error nobody foresaw a fault of ours', async () => {
    const node = worker(async () => {
      throw new TypeError('x is not a function');
    });
    const run = await runWorkflow(workflow({ onError: 'continueRegularOutput' }), { nodeTypes: types(node) });
    expect(itemsOf(run, 'Work')[0]?.json.error).toEqual({ message: 'x is not a function', code: 'UNEXPECTED', hint: expect.stringContaining('fault of n8n-nodes-aios') });
  });

  it('tells every item at work when the execution is stopped, and does not continue', async () => {
    let waiting = 0;
    const told: number[] = [];
    let allWaiting = () => {};
    const ready = new Promise<void>((resolve) => {
      allWaiting = resolve;
    });
    const node = worker(async (n, { signal }) => {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve());
        if (++waiting === ITEMS.length) allWaiting();
      });
      told.push(n);
      throw signal.reason;
    });
    const running = startWorkflow(workflow({ onError: 'continueRegularOutput' }), { nodeTypes: types(node) });
    await ready;
    running.stop();
    const run = await running.finished;
    expect(told).toEqual([0, 1, 2, 3, 4]);
    expect(itemsOf(run, 'Good')).toEqual([]);
    expect(run.data.resultData.error?.message).toBe('The execution was stopped.');
  });
});
