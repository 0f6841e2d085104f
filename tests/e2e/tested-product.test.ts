import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Execution } from '../../cli';
import type { JsonObject } from '../../kernel';
import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { itemsOf } from '../support/n8n-instance';
import { describeWithService, python } from '../support/services';
import { temporaryFolder } from '../support/temporary-folder';
import { sharedInstance } from './shared-instance';

const n8n = sharedInstance();
let ollama: ModelServer;
afterAll(async () => await ollama?.close());

const todo = (tickOff: string) => `import json

todos = {}


def handle(method, path, body=None):
    """One request: (status, answer)."""
    parts = path.strip("/").split("/")
    if parts == ["todos"] and method == "GET":
        return 200, list(todos.values())
    if parts == ["todos"] and method == "POST":
        if not isinstance(body, dict) or not str(body.get("title", "")).strip():
            return 400, {"error": "title is missing"}
        key = max(todos, default=0) + 1
        todos[key] = {"id": key, "title": body["title"].strip(), "done": False}
        return 201, todos[key]
    if len(parts) != 2 or parts[0] != "todos" or not parts[1].isdigit() or int(parts[1]) not in todos:
        return 404, {"error": "not found"}
    key = int(parts[1])
    if method == "PATCH":
        todos[key]["done"] = ${tickOff}
        return 200, todos[key]
    if method == "DELETE":
        del todos[key]
        return 204, None
    return 405, {"error": "method not allowed"}


def app(environ, start_response):
    raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    status, answer = handle(environ["REQUEST_METHOD"], environ["PATH_INFO"], json.loads(raw or b"null"))
    start_response(f"{status} ", [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]


if __name__ == "__main__":
    from wsgiref.simple_server import make_server
    make_server("127.0.0.1", 8000, app).serve_forever()
`;

const TESTS = `import io
import json
import unittest

import todo


class TodoTest(unittest.TestCase):
    def setUp(self):
        todo.todos.clear()
        self.key = todo.handle("POST", "/todos", {"title": "Buy tea"})[1]["id"]

    def test_lists_what_was_added(self):
        self.assertEqual(todo.handle("GET", "/todos"), (200, [{"id": 1, "title": "Buy tea", "done": False}]))

    def test_ticks_off(self):
        self.assertEqual(todo.handle("PATCH", f"/todos/{self.key}", {"done": True})[1]["done"], True)

    def test_deletes(self):
        self.assertEqual(todo.handle("DELETE", f"/todos/{self.key}"), (204, None))
        self.assertEqual(todo.handle("GET", f"/todos/{self.key}")[0], 404)

    def test_refuses_an_empty_title(self):
        self.assertEqual(todo.handle("POST", "/todos", {"title": " "})[0], 400)

    def test_answers_as_a_web_app(self):
        seen = []
        body = todo.app({"REQUEST_METHOD": "GET", "PATH_INFO": "/todos", "wsgi.input": io.BytesIO()}, lambda status, headers: seen.append(status))
        self.assertEqual((seen, len(json.loads(b"".join(body)))), (["200 "], 1))
`;

const SUMMARY_JS = 'export function summary(todos) {\n  const open = todos.filter((todo) => !todo.done).length;\n  return `${open} of ${todos.length} open`;\n}\n';
const SUMMARY_TEST_JS = "import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport { summary } from './summary.mjs';\n\ntest('counts what is open', () => assert.equal(summary([{ done: true }, { done: false }, { done: false }]), '2 of 3 open'));\n";

const task = (id: string, title: string, role: string, files: string[], check: { kind: string; path: string }, dependsOn: string[]): JsonObject => ({
  id, title, role, dependsOn, instructions: `${title}. Deliver ${files.join(', ')}.`, deliverables: files, privacy: 'internal', optional: false,
  acceptance: [{ id: 'a1', text: 'The tests pass', check: { ...check, contains: null, keys: null, required: true } }, { id: 'a2', text: 'The code is easy to read', check: null }],
});
const PLAN: JsonObject = {
  summary: 'An API and a line for its page.',
  tasks: [
    task('t1', 'Write the API', 'backend', ['todo.py', 'test_todo.py', 'README.md'], { kind: 'python-unittest', path: 'test_todo.py' }, []),
    task('t2', 'Write the summary line', 'frontend', ['web/summary.mjs', 'web/summary.test.mjs'], { kind: 'js-test', path: 'web/summary.test.mjs' }, ['t1']),
  ],
  decisions: [], estimate: { minutes: 5 },
};

const delivery = (files: Record<string, string>): { json: JsonObject } => ({ json: { status: 'done', reason: null, summary: 'Written.', artifacts: Object.entries(files).map(([path, content]) => ({ path, content })) } });
const api = (tickOff: string) => delivery({ 'todo.py': todo(tickOff), 'test_todo.py': TESTS, 'README.md': '# To-do list\n\nStart it with `python todo.py`.\n' });

/** A coder who writes `not done` where it must be what was asked, and mends it once he is shown the failing test; a judge who likes everything. */
function plausibleModel(): (body: JsonObject) => { json: JsonObject } | undefined {
  let isMended = false;
  return (body) => {
    const wanted = ((body.format as JsonObject | undefined)?.properties ?? {}) as JsonObject;
    if ('tasks' in wanted) return { json: PLAN };
    if ('criteria' in wanted) return { json: { criteria: Object.fromEntries(Object.keys((wanted.criteria as { properties: JsonObject }).properties).map((id) => [id, { state: 'pass', evidence: 'Short functions with names that say what they do.' }])), findings: [] } };
    if (!('artifacts' in wanted)) return undefined;
    if (isMended) return delivery({ 'web/summary.mjs': SUMMARY_JS, 'web/summary.test.mjs': SUMMARY_TEST_JS });
    isMended = JSON.stringify(body.messages).includes('AssertionError: False != True');
    return api(isMended ? 'bool((body or {}).get("done", True))' : 'bool((body or {}).get("finished"))');
  };
}

describeWithService(python, 'template 11', () => {
  it('makes a tested program of one goal: what its own tests find is mended, and they pass on any machine', async () => {
    ollama = await startOllamaServer({ models: ['qwen3:8b'], answerTo: plausibleModel() });
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
