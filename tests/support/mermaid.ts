import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

export interface MermaidBlock {
  /** `file:line` of its first line. */
  place: string;
  text: string;
}

/** Mermaid's own parser, in one file without its heavier kinds of diagrams. */
const MERMAID = require.resolve('@mermaid-js/tiny');

export function mermaidBlocks(file: string, markdown: string): MermaidBlock[] {
  return [...markdown.matchAll(/^```mermaid\n([\s\S]*?)^```/gm)].map((match) => ({ place: `${file}:${markdown.slice(0, match.index).split('\n').length + 1}`, text: match[1]! }));
}

/** Draws each block in a browser page. @returns what Mermaid refused, as `place: reason`; the drawings stay in the page, one below the other */
export async function drawMermaid(page: Page, blocks: readonly MermaidBlock[], theme: 'default' | 'dark' = 'default'): Promise<string[]> {
  await page.setContent(`<body style="margin:16px;background:${theme === 'dark' ? '#0d1117' : '#ffffff'}"></body>`);
  await page.addScriptTag({ content: readFileSync(MERMAID, 'utf8') });
  return await page.evaluate(DRAW, { blocks, theme });
}

interface Mermaid {
  initialize(options: { startOnLoad: boolean; theme: string }): void;
  render(id: string, text: string): Promise<{ svg: string }>;
}

/** Runs in the page. */
const DRAW = async ({ blocks, theme }: { blocks: readonly MermaidBlock[]; theme: string }): Promise<string[]> => {
  const { mermaid, document } = globalThis as unknown as { mermaid: Mermaid; document: { body: { insertAdjacentHTML(where: string, html: string): void } } };
  mermaid.initialize({ startOnLoad: false, theme });
  const refused: string[] = [];
  for (const [index, { place, text }] of blocks.entries()) {
    try {
      document.body.insertAdjacentHTML('beforeend', `<div>${(await mermaid.render(`drawing-${index}`, text)).svg}</div>`);
    } catch (error) {
      refused.push(`${place}: ${String(error)}`);
    }
  }
  return refused;
};
