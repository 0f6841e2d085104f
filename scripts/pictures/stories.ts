import { chatPicture, takeInBothThemes } from './canvases';
import type { Editor } from './editor';
import { takeAgent, takeConsolidation, takeDocuments, takeMemory } from './memory-stories';
import { savePicture } from './pack';

/** Template 11 after a run in which a test found a fault, and what its agents gave out. */
async function takeProduct(editor: Editor): Promise<void> {
  const { page, n8n } = editor;
  const workflowId = await n8n.importTemplateUntouched('11-tested-product');
  await editor.open(workflowId);
  await editor.execute(workflowId);
  await takeInBothThemes(editor, '11-tested-product');
  await editor.openNode('QA Review');
  await showFirstRun(editor);
  savePicture('qa-panel', await editor.picture());
  await editor.closeNode();
  await editor.openNode('Task Board');
  savePicture('task-board-panel', await editor.picture());
  await editor.closeNode();
  await editor.openNode('Specialist Work');
  await page.getByTestId('parameter-input-role').first().click();
  await editor.settle();
  savePicture('specialist-roles', await page.screenshot());
  await page.keyboard.press('Escape');
  await editor.closeNode();
}

/** An agent in a loop runs more than once; n8n shows the last run. */
async function showFirstRun(editor: Editor): Promise<void> {
  const { page } = editor;
  const output = page.getByTestId('output-panel');
  await output.getByText('JSON', { exact: true }).click();
  await output.getByTestId('run-selector').click();
  await page.getByRole('option').first().click();
  await editor.settle();
}

/** Template 14: the chat in which the CTO asks back, and what comes of it. */
async function takeConversation(editor: Editor): Promise<void> {
  const { page, n8n } = editor;
  const workflowId = await n8n.importTemplateUntouched('14-talk-it-over');
  await editor.open(workflowId);
  await editor.openChat();
  await editor.say('We need a page for our spring sale');
  await editor.hasSucceeded(workflowId);
  await editor.say('The three best offers, and people can sign up');
  await page.getByText('CTO Report', { exact: false }).last().waitFor();
  await page.getByText('Workflow executed successfully').first().waitFor({ timeout: 90_000 });
  await page.getByText('Workflow executed successfully').first().waitFor({ state: 'hidden' });
  savePicture('chat-asks-back', await chatPicture(editor));
  await page.getByTestId('workflow-chat-button').first().click();
  await editor.zoomToFit();
  savePicture('14-talk-it-over', await editor.picture());
}

/** Template 10 where it waits for a person, and the difference it shows. */
async function takeWorkspace(editor: Editor): Promise<void> {
  const { page, n8n } = editor;
  await editor.open(await n8n.importTemplateUntouched('10-workspace'));
  await page.getByTestId('execute-workflow-button').first().click();
  await page.getByTestId('canvas-node').filter({ hasText: 'Commit the Change' }).getByTestId('canvas-node-status-success').waitFor({ timeout: 90_000 });
  await editor.zoomToFit();
  savePicture('10-workspace', await editor.picture());
  await editor.openNode('What Changed?');
  await page.getByTestId('output-panel').getByText('JSON', { exact: true }).click();
  await editor.settle();
  savePicture('workspace-panel', await editor.picture());
  await editor.closeNode();
}

/** Templates that need more than a click for their pictures. */
export const STORIES: Record<string, (editor: Editor) => Promise<void>> = { '11-tested-product': takeProduct, '14-talk-it-over': takeConversation, '10-workspace': takeWorkspace, '12-memory-across-workflows': takeMemory, '13-rag-documents': takeDocuments, '16-memory-consolidation': takeConsolidation, '17-agent-with-memory': takeAgent };
