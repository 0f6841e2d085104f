import type { WebPage, WebPages } from './web';

/** Together at most 16 MiB of text; a task rarely reads more than a few pages side by side. */
const KEPT_PAGES = 8;

/**
 * Keeps the pages read last, so that the parts of a long page are those of one page, and its server is asked once.
 * It lives as long as one task's tools do.
 */
export function recentPages(pages: WebPages): WebPages {
  const kept = new Map<string, WebPage>();
  return {
    async read(address, signal) {
      const page = kept.get(address) ?? (await pages.read(address, signal));
      kept.delete(address);
      kept.set(address, page);
      if (kept.size > KEPT_PAGES) kept.delete(kept.keys().next().value!);
      return page;
    },
  };
}
