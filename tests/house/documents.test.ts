import { existsSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { openBrowser, type OpenBrowser } from '../support/browser';
import { drawMermaid, mermaidBlocks } from '../support/mermaid';
import { chromium, describeWithService } from '../support/services';
import { FOLDERS, folderOf } from './house-rules';
import { sourceFacts } from './source-facts';
import { ROOT, readTracked, trackedFiles } from './tracked-files';

const files = trackedFiles();
const documents = files.filter((file) => file.endsWith('.md'));
const ARCHITECTURE = 'docs/architecture.md';
const architecture = readTracked(ARCHITECTURE);

describeWithService(chromium, 'the pictures in the documents', () => {
  let browser: OpenBrowser;
  beforeAll(async () => void (browser = await openBrowser(chromium.found!)), 60_000);
  afterAll(async () => await browser?.close());

  it('can all be drawn', async () => {
    const blocks = documents.flatMap((file) => mermaidBlocks(file, readTracked(file)));
    expect(blocks.length).toBeGreaterThanOrEqual(7);
    expect(await drawMermaid(browser.page, blocks)).toEqual([]);
  }, 60_000);

  it('are refused when they cannot be drawn', async () => {
    const [refused] = await drawMermaid(browser.page, [{ place: 'a.md:1', text: 'flowchart LR\n  a --> --> b\n' }]);
    expect(refused).toMatch(/^a\.md:1: .*Parse error/s);
  }, 60_000);
});

describe('the documents', () => {
  it.each(documents)('%s links only to files that exist', (document) => {
    const links = [...readTracked(document).matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)[^)]*\)/g)].map((match) => match[1]!);
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(document), link)))).toEqual([]);
  });

  it.each(documents)('%s names only npm scripts that exist', (document) => {
    const { scripts } = JSON.parse(readTracked('package.json')) as { scripts: Record<string, string> };
    const named = [...readTracked(document).matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map((match) => match[1]!);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

it('CONTRIBUTING.md tells the order of the folders that is enforced', () => expect(readTracked('CONTRIBUTING.md')).toContain(`before them: ${FOLDERS.join(', ')};`));

describe(ARCHITECTURE, () => {
  const present = FOLDERS.filter((folder) => files.some((file) => folderOf(file) === folder));
  const rows = [...architecture.matchAll(/^\| `([a-z]+)\/` \|/gm)].map((match) => match[1]!);

  it('has a row for each folder of the product, and for no other', () => expect(rows).toEqual(present));

  it('calls planned only what is not there yet', () => {
    const planned = /^\*Planned\* folders: (.+)\.$/m.exec(architecture)?.[1]?.split(', ') ?? [];
    expect(planned.sort()).toEqual(FOLDERS.filter((folder) => !present.includes(folder)).sort());
  });

  it('names only files and folders that exist', () => {
    const named = [...architecture.matchAll(/`((?:[a-z][\w-]*\/)+[\w.-]*)`/g)].map((match) => match[1]!);
    const known = (path: string) => files.includes(path) || files.some((file) => file.startsWith(path) || file.includes(`/${path}`));
    expect(named.filter((path) => !known(path) && !path.startsWith('dist/'))).toEqual([]);
  });

  it('draws only arrows between folders that the code has', () => {
    const block = mermaidBlocks(ARCHITECTURE, architecture).find(({ text }) => text.includes('knows n8n'))!;
    const arrows = [...block.text.matchAll(/^\s*([a-z]+) -->(?:\|[^|]*\|)? ([a-z]+)$/gm)].map((match) => `${match[1]} → ${match[2]}`);
    expect(arrows.length).toBeGreaterThan(8);
    const real = importsBetweenFolders();
    expect(arrows.filter((arrow) => !real.has(arrow))).toEqual([]);
  });
});

/** `agents → runs` for every import from one folder into another, of types too. */
function importsBetweenFolders(): Set<string> {
  const sources = files.filter((file) => file.endsWith('.ts') && FOLDERS.includes(folderOf(file)));
  const arrows = sources.flatMap((file) => sourceFacts(file, readTracked(file)).imports.filter(({ specifier }) => specifier.startsWith('.')).map(({ specifier }) => `${folderOf(file)} → ${folderOf(posix.join(posix.dirname(file), specifier))}`));
  return new Set(arrows);
}
