import { itemParameter, lookedUp } from '../../nodes/shared/item-parameter';
import { chain, itemsOf, runWorkflow } from '../support/run-workflow';
import { sourceOf, testNode } from '../support/test-nodes';

const ITEMS = [
  { goal: 'a goal', n: 3, yes: false, none: null, empty: '', deep: { goal: 'x' }, list: [1], text: '={{ $json.goal }}' },
  { chatInput: '  said in the chat ' },
  {},
];
const WRITTEN = [
  'a fixed text', '', '={{ $json.goal }}', '={{$json.goal}}', '={{ $json.n }}', '={{ $json.yes }}', '={{ $json.empty ?? 1 }}', '={{ $json.none ?? 7 }}', "={{ $json.goal ?? $json.chatInput ?? 'a sample' }}", '={{ $json.text }}',
  "={{ $json.goal ?? 'it\\'s' }}", "={{ $json.goal || 'else' }}", '={{ $json.deep.goal }}', '={{ $json.list }}', 'Say ={{ $json.goal }}', '={{ $json.goal }} and {{ $json.n }}', '={{ $json.goal.toUpperCase() }}', '={{ $json["goal"] }}', '={{ $json.length ?? 5 }}',
];

it.each(WRITTEN)('an item’s parameter written as %s is what n8n makes of it', async (written) => {
  const node = testNode(async (context) => [
    context.getInputData().map((_, itemIndex) => ({ json: { ours: itemParameter(context, 'value', itemIndex, 'fallback') as string, theirs: context.getNodeParameter('value', itemIndex, 'fallback') as string }, pairedItem: { item: itemIndex } })),
  ], { properties: [{ displayName: 'Value', name: 'value', type: 'string', default: '' }] });
  const workflow = { nodes: [{ name: 'Source', type: 'source', parameters: {} }, { name: 'Look', type: 'look', parameters: { value: written } }], connections: chain('Source', 'Look') };
  const found = itemsOf(await runWorkflow(workflow, { nodeTypes: { source: sourceOf(ITEMS), look: node } }), 'Look');
  expect(found).toHaveLength(ITEMS.length);
  expect(found.map(({ json }) => json.ours)).toEqual(found.map(({ json }) => json.theirs));
});

it('fields and constants are looked up without n8n; everything else is left to it', () => {
  const json = ITEMS[0]!;
  expect(['={{ $json.goal }}', '={{ $json.none ?? 7 }}', "={{ $json.absent ?? 'sample' }}"].map((written) => lookedUp(written, json))).toEqual(['a goal', 7, 'sample']);
  expect(['={{ $json.deep }}', '={{ $json.absent }}', '={{ $json.goal + 1 }}', '={{ $json.toString ?? 5 }}', 'goal'].map((written) => lookedUp(written, json))).toEqual(Array.from({ length: 5 }, () => undefined));
});
