import type { ApprovalAction, NewApproval } from '../../runs';

const PATH = 'reports/café 2026.html';

/** A tool call with every shape of JSON in it. */
export function sampleAction(occasion: string): NewApproval['action'] {
  return { kind: 'toolCall', occasion, runId: 'r1', taskId: 't1', details: { tool: 'delete_files', arguments: JSON.parse(sampleArguments(PATH)) } };
}

function sampleArguments(path: string): string {
  return `{"path":${JSON.stringify(path)},"count":1,"share":0.1,"force":false,"tags":["a","b"],"nothing":null,"empty":"","deep":{"list":[1,2,[3]],"note":"ok"}}`;
}

/** The same action in other writing: another order of keys, another way to write a number or a letter. */
export const SAME_ARGUMENTS = [
  `{"deep":{"note":"ok","list":[1,2,[3]]},"empty":"","nothing":null,"tags":["a","b"],"force":false,"share":0.1,"count":1,"path":${JSON.stringify(PATH)}}`,
  `{"path":"reports\\/caf\\u00e9 2026.html","count":1.0,"share":1e-1,"force":false,"tags":["a","b"],"nothing":null,"empty":"","deep":{"list":[1.0,2e0,[3]],"note":"ok"}}`,
];

/** Ways to write the path that look alike or lead to the same file. */
const OTHER_PATHS = [
  'reports/cafe\u0301 2026.html', 'rep\u043erts/café 2026.html', 'reports\u2215café 2026.html', 'reports/café 2026.html ', ' reports/café 2026.html', 'reports/café\u00a02026.html',
  'reports/café\u200b 2026.html', '\u202ereports/café 2026.html', 'Reports/café 2026.html', 'reports/café ２０２６.html', './reports/café 2026.html', 'reports//café 2026.html',
  'reports\\café 2026.html', 'reports/café 2026.html\u0000', 'reports/café 2026.html\n', 'reports/café 2026.htm', 'reports/*', '\ufeffreports/café 2026.html', 'reports/caf%C3%A9 2026.html', 'reports/café 2026.html\ud800',
];

/** One value exchanged, put in or left out. */
const OTHER_ARGUMENTS: Array<[from: string, to: string]> = [
  ['"count":1', '"count":"1"'], ['"count":1', '"count":1.5'], ['"count":1', '"count":true'], ['"count":1', '"count":-1'], ['"count":1', '"count":[1]'], ['"count":1', '"count":10'],
  ['"share":0.1', '"share":0.10000000000000002'], ['"share":0.1', '"share":"0.1"'],
  ['"force":false', '"force":0'], ['"force":false', '"force":"false"'], ['"force":false', '"force":null'], ['"force":false', '"force":true'], ['"force":false,', ''],
  ['["a","b"]', '["b","a"]'], ['["a","b"]', '["a","b","b"]'], ['["a","b"]', '["a"]'], ['["a","b"]', '{"0":"a","1":"b"}'], ['["a","b"]', '"a,b"'], ['["a","b"]', '["a",["b"]]'], ['["a","b"]', '["a","\u0184"]'],
  ['"nothing":null', '"nothing":"null"'], ['"nothing":null,', ''], ['"nothing":null', '"nothing":{}'],
  ['"empty":""', '"empty":" "'], ['"empty":""', '"empty":null'], ['"empty":"",', ''],
  ['[1,2,[3]]', '[1,2,3]'], ['[1,2,[3]]', '[2,1,[3]]'], ['[1,2,[3]]', '[1,2,[4]]'], ['[1,2,[3]]', '[1,2,[3],[]]'],
  ['"note":"ok"', '"note":"ok","__proto__":{"force":true}'], ['"note":"ok"', '"note":"OK"'], ['"note":"ok"', '"n\u043ete":"ok"'], ['"note":"ok"', '"note":{"note":"ok"}'], ['"note":"ok"', '"note":"ok","constructor":1'],
  ['{"path"', '{"also":"all.html","path"'], ['{"path"', '{"":0,"path"'], ['{"path"', '{"path ":"all.html","path"'], ['{"path"', '{"__proto__":{"path":"all.html"},"path"'], ['{"path"', '{"toJSON":"x","path"'],
];

/** Everything around the arguments, its shape and version with it. */
const OTHER_FRAMES: Array<(action: ApprovalAction) => unknown> = [
  (action) => ({ ...action, version: 2 }),
  (action) => ({ ...action, version: '1' }),
  (action) => ({ ...action, kind: 'workflow' }),
  (action) => ({ ...action, occasion: `${action.occasion} ` }),
  (action) => ({ ...action, runId: 'r2' }),
  (action) => ({ ...action, taskId: 't2' }),
  ({ runId: _, ...action }) => action,
  ({ taskId: _, ...action }) => action,
  (action) => ({ ...action, approved: true }),
  (action) => ({ ...action, details: { ...action.details, tool: 'delete_file' } }),
  (action) => ({ ...action, details: { ...action.details, tool: ['delete_files'] } }),
  (action) => ({ ...action, details: { ...action.details, approvedBy: 'ada' } }),
  (action) => ({ ...action, details: { details: action.details } }),
  (action) => ({ ...action, details: action.details.arguments }),
];

/** What somebody might do instead of the sample action: none of them is the same. */
export function changedActions(action: ApprovalAction): ApprovalAction[] {
  const withArguments = (text: string) => ({ ...action, details: { ...action.details, arguments: JSON.parse(text) } });
  return [
    ...OTHER_PATHS.map((path) => withArguments(sampleArguments(path))),
    ...OTHER_ARGUMENTS.map(([from, to]) => withArguments(sampleArguments(PATH).replace(from, to))),
    ...OTHER_FRAMES.map((change) => change(action) as ApprovalAction),
  ];
}
