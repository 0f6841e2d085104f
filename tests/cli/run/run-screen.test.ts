import { LiveRows } from '../../../cli/run/live-rows';
import { planTree } from '../../../cli/run/plan-tree';
import { runScreen } from '../../../cli/run/run-screen';
import { columnsOf } from '../../../cli/text/columns';
import { recordingTerminal } from '../../support/recording-terminal';
import { sampleTask, sampleView } from './sample-view';

const plan = sampleView({
  tasks: [
    sampleTask('b', { title: 'Build the page', dependsOn: ['a'], status: 'running', attempts: 2, model: 'ollama/qwen3:8b' }),
    sampleTask('a', { title: 'Collect facts', role: 'research', status: 'passed', attempts: 1, model: 'ollama/qwen3:8b', costUsd: 0.00123 }),
    sampleTask('c', { title: 'Test the page', role: 'qa', dependsOn: ['b', 'a'] }),
    sampleTask('d', { title: '寫一個關於蜜蜂的網頁並且測試它 👩‍💻', status: 'needsPerson', attempts: 3, costUsd: null }),
  ],
});
const size = (columns: number, rows = 24) => ({ columns, rows, colour: false });

describe('the screen of a run', () => {
  it('shows the plan as a tree: each task below what it waits for', () => {
    expect(runScreen(plan, size(80), 65_000)).toEqual([
      'running · 1:05 · 1 of 4 tasks · A page about bees',
      '  ✓ passed    Collect facts                  research, qwen3:8b, 1 try, $0.0012',
      '    > working   Build the page                   backend, qwen3:8b, 2 tries, $0',
      '      · waiting   Test the page                                              qa',
      '  ! needs you 寫一個關於蜜蜂的網頁並且測試它 👩‍💻  backend, 3 tries, cost unknown',
    ]);
  });

  it('takes two rows per task in a narrow terminal', () => {
    expect(runScreen(plan, size(40), 5_000)).toEqual([
      'running · 0:05 · 1 of 4 tasks · A page…',
      '✓ passed Collect facts',
      '  research, qwen3:8b, 1 try, $0.0012',
      ' > working Build the page',
      '   backend, qwen3:8b, 2 tries, $0',
      '  · waiting Test the page',
      '! needs you 寫一個關於蜜蜂的網頁並且測…',
      '  backend, 3 tries, cost unknown',
    ]);
  });

  it.each([20, 31, 40, 59, 60, 80, 200])('never fills the last of %i columns', (columns) => {
    for (const row of runScreen(plan, { ...size(columns), colour: true }, 0)) expect(columnsOf(row)).toBeLessThan(columns);
  });

  it('has no escape sequence without colours, whatever the model wrote', () => {
    const hostile = sampleView({ title: '\u001b]0;x\u0007t', status: '\u001b[2J', tasks: [sampleTask('a', { title: 'x\u001b[31m\r\n', role: '\u009b1m', model: '\u001bc', status: '\u001b[1mnew\u0007', attempts: 1 })] });
    for (const columns of [40, 80]) expect(runScreen(hostile, size(columns), 0).join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });

  it('colours what it says in words too', () => {
    const rows = runScreen(plan, { ...size(80), colour: true }, 0);
    expect(rows[1]).toContain('\u001b[32m✓ passed   \u001b[39m');
  });

  it('fits a low terminal: what has passed becomes a sum, what comes later a number', () => {
    const tasks = Array.from({ length: 30 }, (_task, index) => sampleTask(String(index), { status: index < 12 ? 'passed' : index < 14 ? 'running' : 'waiting' }));
    const rows = runScreen(sampleView({ tasks }), size(80, 12), 0);
    expect(rows.length).toBeLessThan(12);
    expect(rows[1]).toBe('  ✓ 12 passed');
    expect(rows[2]).toContain('> working   Task 12');
    expect(rows.at(-1)).toMatch(/· \d+ more$/);
  });
});

describe('the tree', () => {
  it('loses no task to a circle or to a dependency that is not there', () => {
    const tasks = [sampleTask('a', { dependsOn: ['b'] }), sampleTask('b', { dependsOn: ['a'] }), sampleTask('c', { dependsOn: ['nowhere', 'c'] })];
    expect(planTree(tasks).map(({ id }) => id).sort()).toEqual(['a', 'b', 'c']);
  });

  it('is quick for the densest plan a server may send', () => {
    const tasks = Array.from({ length: 200 }, (_task, index) => sampleTask(String(index), { dependsOn: Array.from({ length: index }, (_dependency, before) => String(before)) }));
    expect(planTree(tasks).at(-1)).toMatchObject({ id: '199', depth: 199 });
  });
});

describe('rows that are drawn over', () => {
  it('go back over what was drawn, and over rows a narrower window has broken', () => {
    const terminal = { ...recordingTerminal({ interactive: true }), columns: 80 };
    const rows = new LiveRows(terminal);
    rows.draw(['x'.repeat(70), 'two']);
    rows.draw(['three']);
    expect(terminal.said[1]).toBe('\r\u001b[2A\u001b[Jthree');
    rows.draw(['y'.repeat(70)]);
    terminal.columns = 40;
    rows.sayAbove('lost');
    expect(terminal.said[3]).toBe(`\r\u001b[2A\u001b[Jlost\n${'y'.repeat(70)}`);
  });
});
