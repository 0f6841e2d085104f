import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { consequencesOf, whereToLook } from '../../scripts/dev/consequences';
import { replaceFiles } from '../../scripts/dev/replace-files';
import { differences, snapshotOf } from '../../scripts/dev/watch-sources';
import { filesBelow } from '../../scripts/build/files-below';
import { temporaryFolder } from '../support/temporary-folder';

function folderWith(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

describe('a change of the sources', () => {
  const none = { build: false, restartN8n: false, templates: false, restartDev: false };

  it.each([
    ['nodes/TaskBoard/TaskBoard.node.ts', { ...none, build: true }],
    ['nodes/TaskBoard/task-board.svg', { ...none, build: true }],
    ['router/rank.ts', { ...none, build: true }],
    ['package.json', { ...none, build: true, restartN8n: true }],
    ['workflows/01-team-pipeline.json', { ...none, templates: true }],
    ['workflows/README.md', none],
    ['scripts/dev.ts', { ...none, restartDev: true }],
  ])('of %s asks for what makes it visible', (file, expected) => expect(consequencesOf([file])).toEqual(expected));

  it('of several files asks for all of it', () => {
    expect(consequencesOf(['router/rank.ts', 'workflows/01-team-pipeline.json'])).toEqual({ ...none, build: true, templates: true });
  });

  it('is seen where the developer is told to look', () => {
    expect(whereToLook(['dist/nodes/A/a.svg', 'dist/nodes/A/A.node.js'])).toContain('Reload the browser');
    expect(whereToLook(['dist/nodes/A/A.node.js', 'dist/team.js'])).toContain('The editor has the nodes');
    expect(whereToLook(['dist/team.js'])).toContain('next execution');
  });

  it('is noticed whether a file was added, changed or removed', () => {
    const root = folderWith({ 'a/same.ts': '1', 'a/changed.ts': '1', 'a/removed.ts': '1', 'unwatched/x.ts': '1' });
    const before = snapshotOf(root, ['a', 'missing']);
    writeFileSync(join(root, 'a/added.ts'), '1');
    utimesSync(join(root, 'a/changed.ts'), 1, 1);
    rmSync(join(root, 'a/removed.ts'));
    writeFileSync(join(root, 'unwatched/x.ts'), '22');
    expect(differences(before, snapshotOf(root, ['a', 'missing']))).toEqual(['a/added.ts', 'a/changed.ts', 'a/removed.ts']);
  });
});

it('gives n8n exactly the files that are new, and takes away those that are gone', async () => {
  const built = folderWith({ 'same.js': '1', 'changed.js': '2', 'new/added.js': '3' });
  const target = folderWith({ 'same.js': '1', 'changed.js': 'old', 'gone.js': 'x' });
  expect((await replaceFiles(built, target)).sort()).toEqual(['changed.js', 'gone.js', 'new/added.js']);
  expect(await filesBelow(target, '.')).toEqual(['changed.js', 'new/added.js', 'same.js']);
  expect(readFileSync(join(target, 'changed.js'), 'utf8')).toBe('2');
});
