import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { repositoryDir } from '../n8n-host/place';
import { savePicture } from './pack';
import { STORY_GOAL } from './story';

const COLUMNS = 92;
const MOST_ROWS = 200;
const COMMAND_MS = 120_000;
/** Gives a command a terminal of its own; part of every Linux (util-linux). */
const PTY = '/usr/bin/script';
const AIOS = [process.execPath, '--import', 'tsx', 'cli/main.ts'];

/** Picture → what is typed. A command the installed `aios` does not know yet is passed over. */
const COMMANDS = [
  { file: 'terminal-doctor', args: ['doctor'] },
  { file: 'terminal-run', args: ['run', STORY_GOAL] },
  { file: 'terminal-stats', args: ['stats'] },
];

/** What the `aios` command shows in a terminal, colours and redrawn lines included. */
export async function takeTerminals(page: Page): Promise<void> {
  if (!existsSync(PTY)) return void process.stderr.write(`No pictures of the terminal: ${PTY} is not there.\n`);
  const dataDir = mkdtempSync(join(tmpdir(), 'aios-pictures-'));
  try {
    for (const { file, args } of COMMANDS) {
      const { output, exitCode } = await runInTerminal([...AIOS, ...args], { AIOS_DATA_DIR: dataDir });
      if (exitCode === 2) process.stderr.write(`No picture ${file}: "aios ${args[0]}" does not exist yet.\n`);
      else savePicture(file, await draw(page, `$ aios ${args.map(quoted).join(' ')}`, output.replaceAll(dataDir, '~/.n8n/aios')));
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const quoted = (argument: string): string => (argument.includes(' ') ? `"${argument}"` : argument);

interface Captured {
  /** Every byte the terminal got, escape sequences included. */
  output: string;
  exitCode: number;
}

async function runInTerminal(command: readonly string[], environment: Record<string, string>): Promise<Captured> {
  const line = `stty cols ${COLUMNS} rows 60; ${command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')}`;
  const env = { ...process.env, ...environment, TERM: 'xterm-256color', CI: '', NO_COLOR: '' };
  const child = spawn(PTY, ['--quiet', '--return', '--command', line, '/dev/null'], { cwd: repositoryDir, env, stdio: ['ignore', 'pipe', 'inherit'], timeout: COMMAND_MS });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  const exitCode = await new Promise<number>((resolve, reject) => child.once('error', reject).once('close', (code) => resolve(code ?? 1)));
  return { output: Buffer.concat(parts).toString('utf8'), exitCode };
}

const THEME = { background: '#1b1f27', foreground: '#d7dae0', cyan: '#5ec4cf', green: '#8fce7d', yellow: '#e5c07b', red: '#e88388', brightBlack: '#8a919e' };

/** Draws it as a terminal would have, as high as what was written. */
async function draw(page: Page, prompt: string, output: string): Promise<Buffer> {
  const xterm = dirname(createRequire(__filename).resolve('@xterm/xterm/package.json'));
  await page.setContent('<body style="margin:0;background:#1b1f27"><div id="window" style="display:inline-block;padding:18px 22px"></div></body>');
  await page.addStyleTag({ path: join(xterm, 'css', 'xterm.css') });
  await page.addStyleTag({ content: '.scrollbar, .xterm-cursor { visibility: hidden !important }' });
  await page.addScriptTag({ path: join(xterm, 'lib', 'xterm.js') });
  const drawn = { text: `\x1b[1m${prompt}\x1b[0m\r\n${output.trimEnd()}`, columns: COLUMNS, theme: THEME };
  const rows = await page.evaluate(drawInPage, { ...drawn, rows: MOST_ROWS });
  await page.evaluate(drawInPage, { ...drawn, rows });
  return await page.locator('#window').screenshot();
}

/** What we use of xterm and of the page; their own types would bring those of a browser into every file here. */
interface XtermPage {
  Terminal: new (options: object) => {
    readonly buffer: { readonly active: { readonly baseY: number; readonly cursorY: number } };
    open(place: unknown): void;
    write(text: string, done: () => void): void;
  };
  document: { getElementById(id: string): { replaceChildren(): void } };
}

/** Runs in the page and knows nothing of this file. @returns how many lines the text takes */
async function drawInPage({ text, rows, columns, theme }: { text: string; rows: number; columns: number; theme: typeof THEME }): Promise<number> {
  const page = globalThis as unknown as XtermPage;
  const place = page.document.getElementById('window');
  place.replaceChildren();
  const terminal = new page.Terminal({ cols: columns, rows, theme, fontSize: 15, lineHeight: 1.25, fontFamily: 'DejaVu Sans Mono, Menlo, Consolas, monospace' });
  terminal.open(place);
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  await new Promise((resolve) => setTimeout(resolve, 300));
  return terminal.buffer.active.baseY + terminal.buffer.active.cursorY + 1;
}
