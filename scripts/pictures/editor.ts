import type { Locator, Page } from 'playwright-core';
import { eventually, type N8nInstance } from '../../tests/support/n8n-instance';

/** n8n moves and fades for this long after a click or a key. */
export const SETTLE_MS = 1_500;
const RUN_MS = 90_000;

/** n8n's editor in a browser, in the words of the pictures. */
export class Editor {
  constructor(readonly page: Page, readonly n8n: N8nInstance) {}

  async logIn(): Promise<void> {
    const { url, owner } = this.n8n.facts;
    await this.page.goto(`${url}/signin`);
    await this.page.locator('input[name="emailOrLdapLoginId"]').fill(owner.email);
    await this.page.locator('input[type="password"]').fill(owner.password);
    await this.page.getByTestId('form-submit-button').click();
    await this.page.waitForURL((address) => !address.pathname.startsWith('/signin'));
  }

  async useTheme(colorScheme: 'light' | 'dark'): Promise<void> {
    await this.page.emulateMedia({ colorScheme });
    await this.settle();
  }

  async open(workflowId: string): Promise<void> {
    await this.page.goto(`${this.n8n.facts.url}/workflow/${workflowId}`);
    await this.page.getByTestId('canvas-node').first().waitFor();
    await this.settle();
  }

  async zoomToFit(): Promise<void> {
    await this.page.getByTestId('zoom-to-fit').click();
    await this.page.mouse.move(0, 0);
    await this.settle();
  }

  async execute(workflowId: string): Promise<void> {
    await this.page.getByTestId('execute-workflow-button').first().click();
    await this.hasSucceeded(workflowId);
  }

  async openChat(): Promise<void> {
    await this.page.getByTestId('workflow-chat-button').first().click();
    await this.settle();
  }

  async say(text: string): Promise<void> {
    await this.page.locator('.chat-inputs textarea').first().fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Until the run is green and n8n's message about it is gone. */
  async hasSucceeded(workflowId: string): Promise<void> {
    await eventually(`a run of ${workflowId} has succeeded`, RUN_MS, async () => (await this.n8n.executionsOf(workflowId)).some(({ status }) => status === 'success'));
    const toast = this.page.getByText('Workflow executed successfully').first();
    await toast.waitFor();
    await toast.waitFor({ state: 'hidden' });
  }

  async openNode(name: string): Promise<void> {
    await this.page.getByTestId('canvas-node').filter({ hasText: name }).first().dblclick();
    await this.page.getByTestId('ndv').waitFor();
    await this.settle();
  }

  async closeNode(): Promise<void> {
    await this.page.getByTestId('ndv-close-button').click();
    await this.settle();
  }

  /** @param what only this part of the page, else all of it */
  async picture(what?: Locator): Promise<Buffer> {
    // The mouse leaves its tooltip behind.
    await this.page.mouse.move(0, 0);
    return what ? await what.screenshot() : await this.page.screenshot();
  }

  async settle(): Promise<void> {
    await this.page.waitForTimeout(SETTLE_MS);
  }
}
