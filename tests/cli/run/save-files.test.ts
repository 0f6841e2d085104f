import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../../kernel';
import { saveFiles } from '../../../cli/run/save-files';
import { temporaryFolder } from '../../support/temporary-folder';
import { sampleView } from './sample-view';

const bytes = Buffer.from('<h1>Bees</h1>');
const artifact = (path: string, content: Uint8Array = bytes) => ({ path, bytes: content.length, sha256: sha256(content) });
const signal = new AbortController().signal;
const server = { artifact: async () => bytes };

let outer: string;
let out: string;
beforeEach(() => {
  outer = temporaryFolder();
  out = join(outer, 'out');
});

const save = async (...paths: string[]) => await saveFiles(server, sampleView({ artifacts: paths.map((path) => artifact(path)) }), out, signal);

describe('the files of a run', () => {
  it('are saved with their folders', async () => {
    expect(await save('index.html', 'src/deep/page.html')).toEqual({ folder: out, saved: ['index.html', 'src/deep/page.html'], problems: [] });
    expect(readFileSync(join(out, 'src/deep/page.html'))).toEqual(bytes);
  });

  it.each(['../escaped', 'a/../../escaped', '/etc/escaped', '..\\escaped', 'C:/escaped', '~/escaped', '.git/hooks/pre-commit', 'a\u0000b', '', 'folder/', 'CON', '%2e%2e/escaped'])('never leave the folder: %j is refused', async (path) => {
    const { saved, problems } = await save(path, 'good.html');
    expect(saved).toEqual(['good.html']);
    expect(problems).toHaveLength(1);
    expect(existsSync(join(outer, 'escaped'))).toBe(false);
  });

  it('do not follow a link out of the folder, be it a folder or the file itself', async () => {
    mkdirSync(join(outer, 'elsewhere'));
    mkdirSync(out);
    symlinkSync(join(outer, 'elsewhere'), join(out, 'linked'));
    symlinkSync(join(outer, 'elsewhere', 'new'), join(out, 'file'));
    const { saved, problems } = await save('linked/a/b.html', 'file');
    expect(saved).toEqual([]);
    expect(problems).toHaveLength(2);
    expect(existsSync(join(outer, 'elsewhere', 'a'))).toBe(false);
    expect(existsSync(join(outer, 'elsewhere', 'new'))).toBe(false);
  });

  it('overwrite nothing: other content is left alone and named, the same content is fine', async () => {
    mkdirSync(out);
    writeFileSync(join(out, 'mine.html'), 'mine');
    writeFileSync(join(out, 'same.html'), bytes);
    const { saved, problems } = await save('mine.html', 'same.html');
    expect(saved).toEqual(['same.html']);
    expect(problems).toEqual([expect.stringContaining('mine.html: something of that name with other content is there')]);
    expect(readFileSync(join(out, 'mine.html'), 'utf8')).toBe('mine');
  });

  it('are refused when they are not what the server announced', async () => {
    const view = sampleView({ artifacts: [artifact('index.html', Buffer.from('something else'))] });
    expect((await saveFiles(server, view, out, signal)).problems).toEqual([expect.stringContaining('not what it had announced')]);
    expect(existsSync(join(out, 'index.html'))).toBe(false);
  });
});
