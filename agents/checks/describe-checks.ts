import type { CheckKind } from '../../runs';
import { EXECUTING_CHECKS } from './execute-check';

/** Kinds of check a plan may ask for, with what each one proves: for whoever writes plans, person or model. */
export const CHECK_DESCRIPTIONS: Record<CheckKind, string> = {
  file: 'the file exists and, with "contains", holds that text',
  json: 'the file is valid JSON with the "keys"',
  yaml: 'the file is valid YAML with the "keys"',
  sql: 'the file is SQL whose statements are whole',
  dockerfile: 'the file is a Dockerfile a build can read',
  kubernetes: 'the file holds Kubernetes objects with apiVersion, kind, name and what their kind needs',
  'python-unittest': 'runs the Python test file with unittest, standard library only',
  'js-test': 'runs the JavaScript or TypeScript test file, written with node:test and node:assert, without packages',
  bash: 'runs the script with "arguments"; it must end with "exitCode" (default 0) and print "contains"',
  runner: 'runs "command" on the file: pytest, unittest, jest, node-test or tsc; only where the team has a runner',
};

/** For the prompt of a plan: prefer what is executed. */
export function describeChecks(kinds: readonly CheckKind[]): string {
  return [
    'Checks, which a machine makes before anybody judges (a failed check can never pass):',
    ...kinds.map((kind) => `- ${kind}: ${CHECK_DESCRIPTIONS[kind]}`),
    ...(kinds.some((kind) => EXECUTING_CHECKS[kind]) ? [PREFER_EXECUTED] : []),
  ].join('\n');
}

const PREFER_EXECUTED =
  'For code prefer a check that runs it: let the task deliver a test file beside the code (python-unittest for Python, js-test for JavaScript and TypeScript) and put the check on the test file. Tests must assert something; a file without tests, or one that skips them all, fails. They run without network, ports and packages: plan a function that answers a request (Python: WSGI or a plain function; JavaScript: a handler) and tests that call it; a server is started only when the program is run, never on import. Examples in docstrings ("name(2) returns 4", ">>> name(2)") are run, too.';
