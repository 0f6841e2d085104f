import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from '../../tests/support/browser';
import { startOllamaServer } from '../../tests/support/model-servers';
import { sentenceEmbedder } from '../../tests/support/sentence-embedder';
import { N8nInstance, startN8nInstance } from '../../tests/support/n8n-instance';
import { recordPipeline, takeCanvases } from './canvases';
import { chromium, missingService } from '../../tests/support/services';
import { Editor } from './editor';
import { PICTURE_DIR } from './pack';
import { takeCredential, takeExplanation, takePanels, takeTour } from './panels';
import { STORIES } from './stories';
import { storyAnswer } from './story';
import { takeTerminals } from './terminal';

const SIZE = { width: 1400, height: 860 };
/** All pictures together: a page with them must load fast. */
const MOST_BYTES = 3 * 1024 * 1024;
const EMBED_MS = 30_000;

void main();

/** Takes the pictures for README.md, workflows/README.md and docs/ from a real n8n and a real terminal. Needs Chromium. */
async function main(): Promise<void> {
  if (chromium.found === undefined) {
    process.stderr.write(`No pictures: ${missingService(chromium)}.\n`);
    process.exit(1);
  }
  const ollama = await startOllamaServer({ ...(await realEmbeddings()), answerTo: storyAnswer, firstTokenDelayMs: 500, tokenDelayMs: 10 });
  // Where the team looks first, so that no picture needs a credential; n8n and the commands inherit it.
  process.env.OLLAMA_HOST = ollama.url;
  const browser = await openBrowser(chromium.found);
  await browser.page.setViewportSize(SIZE);
  try {
    if (isWanted('terminal')) await takeTerminals(browser.page);
    if (isWanted('editor')) await inEditor(browser.page, (editor) => takeAll(editor, ollama.url));
    else if (!isWanted('terminal')) await inEditor(browser.page, (editor) => takeNamed(editor, process.argv.slice(2)));
  } finally {
    await browser.close();
    await ollama.close();
  }
  tellSize();
}

/** What is near in meaning on a picture is so: the embeddings are those of a real model, under the name of one that Ollama has. */
async function realEmbeddings() {
  const models = ['qwen3:8b', 'llama3.2:3b'];
  const embedder = await sentenceEmbedder();
  if (!embedder) return { models };
  const embed = async (texts: string[]) => (await embedder.embed(texts, 'document', AbortSignal.timeout(EMBED_MS))).map((vector) => [...vector]);
  return { models: [...models, { name: 'all-minilm', capabilities: ['embedding'] }], embed };
}

/** `npm run pictures -- terminal` takes only those, `-- 08-sweeper` only that canvas. */
function isWanted(part: 'terminal' | 'editor'): boolean {
  return process.argv.length <= 2 || process.argv.slice(2).includes(part);
}

async function takeAll(editor: Editor, ollamaUrl: string): Promise<void> {
  await recordPipeline(editor);
  await takePanels(editor);
  await takeCanvases(editor);
  for (const take of Object.values(STORIES)) await take(editor);
  await takeExplanation(editor);
  await takeTour(editor, ollamaUrl);
  await takeCredential(editor, ollamaUrl);
}

async function takeNamed(editor: Editor, named: readonly string[]): Promise<void> {
  for (const name of named) await STORIES[name]?.(editor);
  const canvases = named.filter((name) => !(name in STORIES));
  if (canvases.length > 0) await takeCanvases(editor, canvases);
}

async function inEditor(page: Editor['page'], take: (editor: Editor) => Promise<void>): Promise<void> {
  const started = await startN8nInstance();
  try {
    const editor = new Editor(page, new N8nInstance(started));
    await editor.logIn();
    await take(editor);
  } finally {
    await started.stop();
  }
}

function tellSize(): void {
  const bytes = readdirSync(PICTURE_DIR).map((file) => statSync(join(PICTURE_DIR, file)).size).reduce((sum, size) => sum + size, 0);
  process.stderr.write(`All pictures together: ${(bytes / 1024 / 1024).toFixed(1)} MB of ${MOST_BYTES / 1024 / 1024} MB\n`);
  if (bytes > MOST_BYTES) process.exitCode = 1;
}
