import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser } from '../tests/support/browser';
import { startOllamaServer } from '../tests/support/model-servers';
import { eventually, N8nInstance, startN8nInstance } from '../tests/support/n8n-instance';
import { chromium } from '../tests/support/services';
import { repositoryDir } from './n8n-host/place';

/** Picture → template; those that a click can start are shown after a green run. */
const PICTURES = [
  { file: 'team-pipeline.png', template: '01-team-pipeline', isRun: true },
  { file: '02-ask-the-router.png', template: '02-ask-the-router', isRun: true },
  { file: '03-ai-agent-with-router.png', template: '03-ai-agent-with-router', isRun: true },
  { file: '04-http-api.png', template: '04-http-api', isRun: false },
] as const;

const PICTURE_DIR = join(repositoryDir, 'docs', 'pictures');
const SIZE = { width: 1440, height: 900 };
/** n8n moves and fades for this long after a click or a key. */
const SETTLE_MS = 1_500;

void main();

/** Takes the pictures of the templates for README.md and workflows/README.md from a real n8n. Needs Chromium. */
async function main(): Promise<void> {
  if (chromium.found === undefined) {
    process.stderr.write('No Chromium was found. Install one, or name it in CHROMIUM_PATH.\n');
    process.exit(1);
  }
  const ollama = await startOllamaServer({ models: ['qwen3:8b'] });
  const started = await startN8nInstance();
  const browser = await openBrowser(chromium.found);
  try {
    const n8n = new N8nInstance(started);
    const credentialId = await n8n.createCredential({ ollamaUrl: ollama.url, teamName: 'pictures' });
    await browser.page.setViewportSize(SIZE);
    await logIn(browser.page, n8n);
    mkdirSync(PICTURE_DIR, { recursive: true });
    for (const picture of PICTURES) await take(browser.page, n8n, credentialId, picture);
  } finally {
    await browser.close();
    await started.stop();
    await ollama.close();
  }
}

async function logIn(page: Page, { facts: { url, owner } }: N8nInstance): Promise<void> {
  await page.goto(`${url}/signin`);
  await page.locator('input[name="emailOrLdapLoginId"]').fill(owner.email);
  await page.locator('input[type="password"]').fill(owner.password);
  await page.getByTestId('form-submit-button').click();
  await page.waitForURL((address) => !address.pathname.startsWith('/signin'));
}

async function take(page: Page, n8n: N8nInstance, credentialId: string, { file, template, isRun }: (typeof PICTURES)[number]): Promise<void> {
  const workflowId = await n8n.importTemplate(template, credentialId);
  await page.goto(`${n8n.facts.url}/workflow/${workflowId}`);
  await page.getByTestId('canvas-node').first().waitFor();
  await page.waitForTimeout(SETTLE_MS);
  if (isRun) await runToGreen(page, n8n, workflowId);
  // n8n's key for "zoom to fit".
  await page.keyboard.press('1');
  await page.waitForTimeout(SETTLE_MS);
  await page.screenshot({ path: join(PICTURE_DIR, file) });
  process.stderr.write(`docs/pictures/${file}\n`);
}

async function runToGreen(page: Page, n8n: N8nInstance, workflowId: string): Promise<void> {
  await page.getByTestId('execute-workflow-button').first().click();
  await eventually(`a run of ${workflowId} has succeeded`, 90_000, async () => (await n8n.executionsOf(workflowId)).some(({ status }) => status === 'success'));
  const toast = page.getByText('Workflow executed successfully').first();
  await toast.waitFor();
  await toast.waitFor({ state: 'hidden' });
}
