import { cycleFindings, FOLDERS, folderOf, lightFindings, n8nFindings, orderFindings, outsideFindings, thrownErrorFindings } from './house-rules';
import { sourceFacts } from './source-facts';
import { readTracked, trackedFiles } from './tracked-files';

const product = trackedFiles()
  .filter((file) => FOLDERS.includes(folderOf(file)) && file.endsWith('.ts'))
  .map((file) => sourceFacts(file, readTracked(file)));

describe('the house', () => {
  it('has sources to judge', () => expect(product.length).toBeGreaterThan(20));

  it(`imports only downwards, through index.ts: ${FOLDERS.join(' ← ')}`, () => expect(product.flatMap(orderFindings)).toEqual([]));

  it('has no cycle of imports', () => expect(cycleFindings(product)).toEqual([]));

  it('lets only nodes/ and credentials/ know n8n', () => expect(product.flatMap(n8nFindings)).toEqual([]));

  it('lets nodes import domains by "import type" alone; nodes/shared/open-team.ts loads the team', () => expect(product.flatMap(lightFindings)).toEqual([]));

  it('touches network, disk, processes and the wall clock only in drivers/, storage/ and cli/', () => expect(product.flatMap(outsideFindings)).toEqual([]));

  it('throws no plain Error', () => expect(product.flatMap(thrownErrorFindings)).toEqual([]));
});

describe('the rules find what breaks them', () => {
  const judge = (file: string, text: string) => sourceFacts(file, text);

  it.each([
    ["import { Board } from '../runs';", 1],
    ["import { rank } from '../kernel/errors';", 1],
    ["export * from '../../scripts/licences';", 1],
    ["import { AiosError } from '../kernel';", 0],
    ["import { rank } from './rank';", 0],
  ])('order: router/router.ts with %s', (text, count) => expect(orderFindings(judge('router/router.ts', text))).toHaveLength(count));

  it('light: a node may open the team only from nodes/shared/open-team.ts', () => {
    const text = "const team = require('../../team.js');";
    expect(lightFindings(judge('nodes/shared/open-team.ts', text))).toEqual([]);
    expect(lightFindings(judge('nodes/Board/Board.node.ts', text))).toHaveLength(1);
  });

  it.each([
    ["import { NodeOperationError } from 'n8n-workflow';", 1],
    ["import type { Tool } from '@langchain/core/tools';", 1],
    ["import { z } from 'zod';", 0],
  ])('n8n: agents/work.ts with %s', (text, count) => expect(n8nFindings(judge('agents/work.ts', text))).toHaveLength(count));

  it.each([
    ["import { errorFacts } from '../../kernel';", 1],
    ["import { type A, b } from '../../kernel';", 1],
    ["import type { Team } from '../../team';", 0],
    ["import { type Team } from '../../team';", 0],
    ["let team: typeof import('../../team');", 0],
    ["import { forEachItem } from '../shared/for-each-item';", 0],
  ])('light: nodes/Board/Board.node.ts with %s', (text, count) => expect(lightFindings(judge('nodes/Board/Board.node.ts', text))).toHaveLength(count));

  it.each([
    ["import { readFile } from 'node:fs/promises';", 1],
    ["import http from 'http';", 1],
    ['const answer = await fetch(url);', 1],
    ['const options = { fetch };', 1],
    ['call(fetch);', 1],
    ['const now = Date.now();', 1],
    ['const now = new Date();', 1],
    ['setTimeout(() => {}, 5);', 1],
    ['globalThis.fetch(url);', 1],
    ["import { isIP, connect } from 'node:net';", 1],
    ["import { isIP } from 'node:net';", 0],
    ["import type { Stats } from 'node:fs';", 0],
    ['const day = new Date(atMs);', 0],
    ['driver.fetch(url); type A = { fetch(): void }; function get(fetch: A) {}', 0],
  ])('outside: runs/board.ts with %s', (text, count) => expect(outsideFindings(judge('runs/board.ts', text))).toHaveLength(count));

  it('outside: drivers may', () => expect(outsideFindings(judge('router/drivers/ollama.ts', 'fetch(url); Date.now();'))).toEqual([]));

  it('plain errors', () => expect(thrownErrorFindings(judge('runs/board.ts', "throw new Error('no');\nthrow new BoardError();"))).toHaveLength(1));

  it('cycles, but not those of types', () => {
    const cycle = [judge('runs/a.ts', "import { b } from './b';"), judge('runs/b.ts', "import { a } from './a';")];
    expect(cycleFindings(cycle)).toEqual(['runs/a → runs/b → runs/a']);
    expect(cycleFindings([cycle[0]!, judge('runs/b.ts', "import type { A } from './a';")])).toEqual([]);
  });
});
