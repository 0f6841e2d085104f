import { startAnthropicServer } from '../../tests/support/model-servers';
import type { Editor } from './editor';
import { savePicture } from './pack';

const WIDE = { width: 2_700, height: 640 };

/** A node with its fields and output, and the delivered files; the workflow has just run. */
export async function takePanels(editor: Editor): Promise<void> {
  await editor.openNode('CTO Plan');
  await editor.page.getByTestId('output-panel').getByText('Schema', { exact: true }).click();
  savePicture('node-panel', await editor.picture());
  await editor.closeNode();
  await takeFiles(editor);
}

/** What the router says of its choice, without asking anybody. */
export async function takeExplanation(editor: Editor): Promise<void> {
  const workflowId = await editor.n8n.importTemplateUntouched('02-ask-the-router');
  await editor.open(workflowId);
  await editor.execute(workflowId);
  await editor.openNode('Explain the Choice');
  await editor.page.getByTestId('output-panel').getByText('Schema', { exact: true }).click();
  savePicture('explain-panel', await editor.picture());
  await editor.closeNode();
}

/** Who answered which prompt of the router's tour, and why, where there is a cloud, too; a team of its own has no answer to give again. */
export async function takeTour(editor: Editor, ollamaUrl: string): Promise<void> {
  const anthropic = await startAnthropicServer({ models: ['claude-sonnet-4-5'] });
  const { page } = editor;
  const usual = page.viewportSize()!;
  try {
    const credentialId = await editor.n8n.createCredential({ ollamaUrl, anthropicApiKey: 'sample', anthropicBaseUrl: anthropic.url, teamName: 'tour' });
    const workflowId = await editor.n8n.importTemplate('09-router-tour', credentialId);
    await editor.open(workflowId);
    await editor.execute(workflowId);
    await page.setViewportSize(WIDE);
    await editor.openNode('Who Answered');
    await page.getByTestId('output-panel').getByText('Table', { exact: true }).click();
    savePicture('router-tour-panel', await editor.picture(page.getByTestId('output-panel')));
    await editor.closeNode();
  } finally {
    await page.setViewportSize(usual);
    await anthropic.close();
  }
}

/** Four files side by side need more than the usual screen. */
async function takeFiles(editor: Editor): Promise<void> {
  const { page } = editor;
  const usual = page.viewportSize()!;
  await page.setViewportSize(WIDE);
  await editor.openNode('CTO Report');
  savePicture('files', await editor.picture(page.getByTestId('output-panel')));
  await editor.closeNode();
  await page.setViewportSize(usual);
}

/** What the credential's test says of each service; n8n shows it only when one of them did not answer, so here a key is wrong. */
export async function takeCredential(editor: Editor, ollamaUrl: string): Promise<void> {
  const anthropic = await startAnthropicServer({ models: ['claude-sonnet-4-5'], apiKey: 'another' });
  const { page } = editor;
  try {
    const id = await editor.n8n.createCredential({ ollamaUrl, anthropicApiKey: 'mistyped', anthropicBaseUrl: anthropic.url });
    await page.goto(new URL(`credentials/${id}`, `${editor.n8n.facts.url}/home/`).href);
    await page.getByText('More details').first().click();
    await page.getByText('refused the key').first().waitFor();
    await editor.settle();
    savePicture('credential-test', await editor.picture(page.getByRole('dialog').first()));
  } finally {
    await anthropic.close();
  }
}
