import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../kernel';
import { takeInBothThemes } from './canvases';
import type { Editor } from './editor';
import { ASKED, THANKED, TOLD } from './memory-story';
import { savePicture } from './pack';

const SAMPLES = ['The shop opens at 9 on Saturdays.', 'Customers may return goods within 30 days.', 'On public holidays the shop stays closed.', 'The printer in the cellar needs a blue card.'];

/** The chat lies below the canvas. */
const AGENT_HEIGHT = 1_200;

const PACKAGE = {
  task: 'Build the opening hours page',
  state: 'The HTML is done, the CSS is missing',
  decisions: ['The page runs on port 8081'],
  openQuestions: ['Is Monday a holiday?'],
  files: ['src/hours.html'],
  facts: ['The library opens at 9 on Saturdays'],
};

/** Template 12 asked twice, and what any other workflow then does with the same memory. */
export async function takeMemory(editor: Editor): Promise<void> {
  const workflowId = await editor.n8n.importTemplateUntouched('12-memory-across-workflows');
  await editor.open(workflowId);
  await editor.execute(workflowId);
  await editor.execute(workflowId);
  await takeInBothThemes(editor, '12-memory-across-workflows');
  await takePanels(editor);
}

async function takePanels(editor: Editor): Promise<void> {
  const nodes: Array<{ name: string; parameters: JsonObject }> = [
    ...SAMPLES.map((text, index) => ({ name: `Note ${index + 1}`, parameters: { operation: 'remember', text, options: { project: 'shop' } } })),
    { name: 'Hand Over', parameters: { operation: 'handOff', from: 'backend', to: 'frontend', package: JSON.stringify(PACKAGE, null, 2) } },
    { name: 'Look First', parameters: { operation: 'forget', what: 'count', filter: { project: 'shop' } } },
    // Last, as it gives more than one item.
    { name: 'Recall', parameters: { operation: 'recall', query: 'At what time can I come on the weekend?', maxMemories: 3 } },
  ];
  const workflowId = await asWorkflow(editor, nodes);
  await editor.open(workflowId);
  await editor.execute(workflowId);
  await takePanel(editor, 'Recall', 'recall-panel', 'Table');
  await takePanel(editor, 'Hand Over', 'hand-off-panel', 'JSON');
  await takePanel(editor, 'Look First', 'forget-panel', 'Table');
}

/** One after the other. */
async function asWorkflow(editor: Editor, steps: Array<{ name: string; parameters: JsonObject }>): Promise<string> {
  const start = { id: randomUUID(), name: 'When clicking ‘Execute workflow’', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} };
  const nodes = [start, ...steps.map((step, index) => ({ id: randomUUID(), type: 'n8n-nodes-aios.agentMemory', typeVersion: 1, position: [(index + 1) * 300, 0], ...step }))];
  const connections = Object.fromEntries(nodes.slice(1).map(({ name }, index) => [nodes[index]!.name, { main: [[{ node: name, type: 'main', index: 0 }]] }]));
  return (await editor.n8n.client.createWorkflow({ name: 'AIOS Shop', nodes, connections, settings: { executionOrder: 'v1' }, pinData: {} } as never)).id;
}

async function takePanel(editor: Editor, node: string, name: string, view: 'Table' | 'JSON'): Promise<void> {
  await editor.openNode(node);
  await editor.page.getByTestId('output-panel').getByText(view, { exact: true }).click();
  await editor.settle();
  savePicture(name, await editor.picture());
  await editor.closeNode();
}

/** Template 13: an answer with the parts of the documents it stands on. */
export async function takeDocuments(editor: Editor): Promise<void> {
  const workflowId = await editor.n8n.importTemplateUntouched('13-rag-documents');
  await editor.open(workflowId);
  await editor.execute(workflowId);
  await editor.zoomToFit();
  savePicture('13-rag-documents', await editor.picture());
  await takePanel(editor, 'With Sources', 'sources-panel', 'JSON');
}

export async function takeConsolidation(editor: Editor): Promise<void> {
  const workflowId = await editor.n8n.importTemplateUntouched('16-memory-consolidation');
  await editor.open(workflowId);
  await editor.execute(workflowId);
  await editor.zoomToFit();
  savePicture('16-memory-consolidation', await editor.picture());
}

/** Template 17: told in one session, known in the next. */
export async function takeAgent(editor: Editor): Promise<void> {
  const { page } = editor;
  const usual = page.viewportSize()!;
  await page.setViewportSize({ ...usual, height: AGENT_HEIGHT });
  await editor.open(await editor.n8n.importTemplateUntouched('17-agent-with-memory'));
  await editor.openChat();
  await editor.say(TOLD);
  await page.getByText('I will keep that in mind.').first().waitFor();
  await page.getByTestId('refresh-session-button').first().click();
  await editor.settle();
  await editor.say(ASKED);
  await page.getByText('From 9 on Saturdays.').first().waitFor();
  await page.getByText('Workflow executed successfully').first().waitFor({ state: 'hidden' });
  await editor.zoomToFit();
  // The button lies over the lowest nodes.
  await page.getByTestId('zoom-out-button').click();
  await editor.settle();
  savePicture('17-agent-with-memory', await editor.picture());
  await editor.say(THANKED);
  await page.getByText('See you on Saturday!').first().waitFor();
  await page.getByText('Workflow executed successfully').first().waitFor();
  await page.getByText('Workflow executed successfully').first().waitFor({ state: 'hidden' });
  await page.getByTestId('workflow-chat-button').first().click();
  await page.setViewportSize(usual);
  await editor.openNode('Team Session Memory');
  savePicture('session-memory-panel', await editor.picture());
  await editor.closeNode();
}
