import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Execution } from '../../cli';
import type { JsonObject } from '../../kernel';
import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { itemsOf } from '../support/n8n-instance';
import { describeWithService, python } from '../support/services';
import { temporaryFolder } from '../support/temporary-folder';
import { todoProductModel } from '../support/todo-product';
import { sharedInstance } from './shared-instance';

const n8n = sharedInstance();
let ollama: ModelServer;
afterAll(async () => await ollama?.close());

describeWithService(python, 'template 11', () => {
  it('makes a tested program of one goal: what its own tests find is mended, and they pass on any machine', async () => {
    ollama = await startOllamaServer({ models: ['qwen3:8b'], answerTo: todoProductModel() });
    const workflowId = await n8n.importTemplate('11-tested-product', await n8n.createCredential({ ollamaUrl: ollama.url, teamName: 'tested-product' }));
    const execution = await n8n.endedExecution(await n8n.runManually(workflowId, 'When clicking ‘Execute workflow’'), 150_000);
    expect(execution.data!.resultData.error).toBeUndefined();

    expect(reviewsOf(execution)).toMatchObject([
      { taskId: 't1', attempt: 1, passed: false, criteria: [{ id: 'a1', state: 'fail', evidence: expect.stringContaining('test_ticks_off') }, { id: 'a2' }] },
      { taskId: 't1', attempt: 2, passed: true, criteria: [{ id: 'a1', state: 'pass', evidence: expect.stringContaining('5 tests passed') }, { id: 'a2' }] },
      { taskId: 't2', attempt: 1, passed: true, criteria: [{ id: 'a1', state: 'pass', evidence: expect.stringContaining('1 test passed') }, { id: 'a2' }] },
    ]);
    const project = `product-${execution.id}`;
    expect(itemsOf(execution, 'CTO Report')).toMatchObject([{ status: 'done', project }]);
    expect(itemsOf(execution, 'Product as Zip')).toMatchObject([{ project }]);

    const folder = temporaryFolder();
    writeFileSync(join(folder, 'product.zip'), await zipOf(execution));
    const run = (program: string, ...args: string[]) => execFileSync(program, args, { cwd: join(folder, 'product'), stdio: 'pipe' }).toString();
    execFileSync(python.found!, ['-m', 'zipfile', '-e', 'product.zip', 'product'], { cwd: folder });
    run(python.found!, '-B', '-m', 'unittest', 'test_todo');
    expect(run(process.execPath, '--test', '--test-reporter=tap', 'web/summary.test.mjs')).toContain('# pass 1\n');
    expect(readFileSync(join(folder, 'product', 'README.md'), 'utf8')).toContain('python todo.py');
  }, 180_000);
});

function reviewsOf(execution: Execution): JsonObject[] {
  return execution.data!.resultData.runData['QA Review']!.map((run) => (run.data as { main: { json: JsonObject }[][] }).main[0]![0]!.json);
}

/** As the button "Download" in the editor gets it. */
async function zipOf(execution: Execution): Promise<Buffer> {
  const [run] = execution.data!.resultData.runData['Product as Zip']!;
  const { data } = (run!.data as { main: { binary: { data: { id?: string; data: string; fileName: string } } }[][] }).main[0]![0]!.binary;
  expect(data.fileName).toBe(`product-${execution.id}.zip`);
  if (data.id === undefined) return Buffer.from(data.data, 'base64');
  const answer = await fetch(`${n8n.facts.url}/rest/binary-data?${new URLSearchParams({ id: data.id, action: 'download', fileName: data.fileName, mimeType: 'application/zip' }).toString()}`, { headers: { cookie: n8n.facts.cookie } });
  return Buffer.from(await answer.arrayBuffer());
}
