import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { openBrowser, type OpenBrowser } from '../support/browser';
import { eventually } from '../support/n8n-instance';
import { chromium, describeWithService } from '../support/services';
import { sharedInstance } from './shared-instance';

const n8n = sharedInstance();
const NODE_NAMES = ['CTO Agent', 'Specialist Agent', 'QA Agent', 'Task Board', 'LLM Router', 'Hybrid Router Model', 'Team API Trigger'];

describeWithService(chromium, 'the editor, in a browser', () => {
  let browser: OpenBrowser;
  let ollama: ModelServer;
  let workflowId: string;

  beforeAll(async () => {
    ollama = await startOllamaServer({ models: ['qwen3:8b'] });
    workflowId = await n8n.importTemplate('01-team-pipeline', await n8n.createCredential({ ollamaUrl: ollama.url, teamName: 'editor' }));
    browser = await openBrowser(chromium.found!);
    await logIn(browser);
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    await ollama?.close();
  });

  it('finds our nodes in the node panel, by the name of the pack and by their own', async () => {
    const { page } = browser;
    await page.goto(`${n8n.facts.url}/workflow/new`);
    await page.getByTestId('canvas-plus-button').first().click();
    for (const search of ['AIOS', ...NODE_NAMES]) {
      await page.getByTestId('node-creator-search-bar').fill(search);
      for (const name of search === 'AIOS' ? NODE_NAMES : [search]) await page.getByTestId('node-creator-item-name').getByText(name, { exact: true }).first().waitFor({ timeout: 15_000 });
      await browser.screenshot(`node-panel-${search.toLowerCase().replaceAll(' ', '-')}`);
    }
  }, 60_000);

  it('opens template 01 and runs it to a green end', async () => {
    const { page } = browser;
    await page.goto(`${n8n.facts.url}/workflow/${workflowId}`);
    await page.getByTestId('canvas-node').filter({ hasText: 'CTO Plan' }).first().waitFor({ timeout: 30_000 });
    await browser.screenshot('template-01-opened');
    await page.getByTestId('execute-workflow-button').first().click();
    const execution = await eventually('the execution has ended', 90_000, async () => (await n8n.executionsOf(workflowId)).find(({ status }) => !['running', 'new'].includes(status)));
    const toast = page.getByText('Workflow executed successfully').first();
    await toast.waitFor({ timeout: 15_000 });
    // It slides in; the picture is for people.
    await page.waitForTimeout(700);
    await browser.screenshot('template-01-executed');
    expect(execution.status).toBe('success');
    expect(await page.getByTestId('canvas-node-status-success').count()).toBeGreaterThanOrEqual(5);
    expect(await page.getByTestId('canvas-node-status-error').count()).toBe(0);
    expect(browser.pageErrors).toEqual([]);
  }, 150_000);
});

async function logIn({ page }: OpenBrowser): Promise<void> {
  await page.goto(`${n8n.facts.url}/signin`);
  await page.locator('input[name="emailOrLdapLoginId"]').fill(n8n.facts.owner.email);
  await page.locator('input[type="password"]').fill(n8n.facts.owner.password);
  await page.getByTestId('form-submit-button').click();
  await page.waitForURL((url) => !url.pathname.startsWith('/signin'), { timeout: 30_000 });
}
