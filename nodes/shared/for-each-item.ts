import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { itemError, toNodeError } from './to-node-error';

/** What the work on one item gives; `forEachItem` adds where it came from. */
export type ItemAnswer = Pick<INodeExecutionData, 'json' | 'binary'>;

export interface ItemCall {
  itemIndex: number;
  /** Fires when the execution is stopped, or when another item has failed the node. */
  signal: AbortSignal;
}

/** Items of one node at work at the same time. The router has its own, smaller limits per model server. */
const CONCURRENT_ITEMS = 16;

/** Keys that tell which piece of work an item is; an item that fails keeps them, so that the run goes on. */
const KEPT_KEYS = ['runId', 'taskId', 'attempt'];

/**
 * Works on all items, several at a time, and answers in their order.
 * An item that fails becomes an error item when the node is set to continue; otherwise the others are stopped and the node fails.
 * When the execution is stopped the node always fails: there is nobody left to continue for.
 */
export async function forEachItem(context: IExecuteFunctions, work: (call: ItemCall) => Promise<ItemAnswer>): Promise<INodeExecutionData[]> {
  const items = context.getInputData();
  const cancelled = context.getExecutionCancelSignal();
  const failed = new AbortController();
  const signal = cancelled ? AbortSignal.any([cancelled, failed.signal]) : failed.signal;
  const answers: INodeExecutionData[] = [];
  const waiting = items.keys();

  const lane = async () => {
    for (const itemIndex of waiting) {
      if (signal.aborted) return;
      try {
        answers[itemIndex] = { ...(await work({ itemIndex, signal })), pairedItem: { item: itemIndex } };
      } catch (error) {
        if (context.continueOnFail() && !cancelled?.aborted) answers[itemIndex] = errorItem(context, error, itemIndex);
        else failed.abort(toNodeError(context.getNode(), error, itemIndex));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENT_ITEMS, items.length) }, lane));

  if (failed.signal.aborted) throw failed.signal.reason;
  if (cancelled?.aborted) throw toNodeError(context.getNode(), cancelled.reason);
  return answers;
}

/**
 * For work on all items together with several outputs. An error becomes one error item on the last of them when the node is set to continue.
 *
 * @param work answers with one list per output; each item says which input item or items it comes from
 */
export async function forAllItems(
  context: IExecuteFunctions,
  outputCount: number,
  work: () => Promise<Array<Array<ItemAnswer & { fromItem: number | number[] }>>>,
): Promise<INodeExecutionData[][]> {
  try {
    const outputs = await work();
    return outputs.map((answers) => answers.map(({ fromItem, ...answer }) => ({ ...answer, pairedItem: Array.isArray(fromItem) ? fromItem.map((item) => ({ item })) : { item: fromItem } })));
  } catch (error) {
    if (!context.continueOnFail() || context.getExecutionCancelSignal()?.aborted) throw toNodeError(context.getNode(), error);
    return Array.from({ length: outputCount }, (_, output) => (output === outputCount - 1 ? [errorItem(context, error, 0)] : []));
  }
}

// n8n empties an item that carries `error` beside its json, so the error travels inside json.
// For "Continue (using error output)" n8n itself adds the input's keys, and only to an item that has no other key than `error`.
function errorItem(context: IExecuteFunctions, error: unknown, itemIndex: number): INodeExecutionData {
  const kept = context.getNode().onError === 'continueErrorOutput' ? {} : keptKeys(context.getInputData()[itemIndex]?.json ?? {});
  return { json: { ...kept, error: itemError(error) }, pairedItem: { item: itemIndex } };
}

function keptKeys(json: IDataObject): IDataObject {
  return Object.fromEntries(KEPT_KEYS.filter((key) => json[key] !== undefined).map((key) => [key, json[key]]));
}
