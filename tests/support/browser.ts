import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, selectors, type BrowserContext, type Page } from 'playwright-core';
import { repositoryDir } from '../../scripts/n8n-host/place';

const SCREENSHOT_DIR = join(repositoryDir, '.build', 'screenshots');
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export interface OpenBrowser {
  page: Page;
  /** Uncaught errors of the page so far. */
  pageErrors: string[];
  /** Saves `.build/screenshots/<name>.png`. */
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

// n8n's spelling; Playwright's own default is data-testid.
selectors.setTestIdAttribute('data-test-id');

/** A headless Chromium with an empty profile. */
export async function openBrowser(executablePath: string): Promise<OpenBrowser> {
  const profileDir = mkdtempSync(join(tmpdir(), 'aios-chromium-'));
  const context: BrowserContext = await chromium.launchPersistentContext(profileDir, { executablePath, headless: true, args: FLAGS, viewport: { width: 1600, height: 900 } });
  const page = context.pages()[0] ?? (await context.newPage());
  const pageErrors: string[] = [];
  page.on('pageerror', (error) => pageErrors.push(error.message));
  mkdirSync(SCREENSHOT_DIR, { recursive: true });
  return {
    page,
    pageErrors,
    screenshot: async (name) => void (await page.screenshot({ path: join(SCREENSHOT_DIR, `${name}.png`) })),
    close: async () => {
      await context.close();
      rmSync(profileDir, { recursive: true, force: true });
    },
  };
}
