import { basename } from 'node:path';
import { readTracked, trackedFiles } from './tracked-files';

const manifest = JSON.parse(readTracked('package.json')) as { n8n: { nodes: string[]; credentials: string[] } };
const files = trackedFiles();

/** Where the build puts a source file. */
const builtPath = (file: string): string => `dist/${file.replace(/\.ts$/, '.js')}`;
const sourcesOf = (pattern: RegExp): string[] => files.filter((file) => pattern.test(file)).sort();

describe('package.json tells n8n about', () => {
  it('exactly the nodes there are', () => {
    expect([...manifest.n8n.nodes].sort()).toEqual(sourcesOf(/^nodes\/.+\.node\.ts$/).map(builtPath));
  });

  it('exactly the credentials there are', () => {
    expect([...manifest.n8n.credentials].sort()).toEqual(sourcesOf(/^credentials\/.+\.credentials\.ts$/).map(builtPath));
  });
});

describe('every node and credential file', () => {
  const sources = sourcesOf(/^(nodes|credentials)\/.+\.(node|credentials)\.ts$/);

  it.each(sources)('%s exports the class n8n derives from its name', (file) => {
    const className = basename(file).split('.')[0]!;
    expect(readTracked(file)).toMatch(new RegExp(`export class ${className}\\b`));
  });

  it.each(sources)('%s refers to icons that exist', (file) => {
    const icons = [...readTracked(file).matchAll(/'file:([^']+)'/g)].map((match) => match[1]!);
    const missing = icons.filter((icon) => !files.includes(new URL(icon, `file:///${file}`).pathname.slice(1)));
    expect(missing).toEqual([]);
  });

  it.each(sources.filter((file) => file.endsWith('.node.ts')))('%s has a codex', (file) => {
    const codex = file.replace(/\.ts$/, '.json');
    expect(files.includes(codex) || /\bcodex:/.test(readTracked(file))).toBe(true);
  });
});

