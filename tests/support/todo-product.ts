import type { JsonObject } from '../../kernel';

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
export function todoProductModel(): (body: JsonObject) => { json: JsonObject } | undefined {
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
