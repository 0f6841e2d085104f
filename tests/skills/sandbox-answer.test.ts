import { readAnswer } from '../../skills/drivers/sandbox-answer';

const limits = { timeMs: 1_000, memoryBytes: 2 ** 28, outputBytes: 100, writtenFiles: 2, writtenBytes: 100 };
const answer = (facts: object) => readAnswer(`noise\nSEAL${JSON.stringify({ end: 'exit', exitCode: 0, stdout: '', stderr: '', written: {}, ...facts })}\n`, 'SEAL', limits);

describe('the answer of a sandboxed process', () => {
  it('is found behind its seal only, and only whole', () => {
    expect(answer({ stdout: 'hello' })).toMatchObject({ end: 'exit', exitCode: 0, stdout: 'hello' });
    expect(readAnswer('{"end":"exit","exitCode":0}\n', 'SEAL', limits)).toBeUndefined();
    expect(readAnswer('SEAL{"end":"exit","exitCode":0}', 'SEAL', limits)).toBeUndefined();
    expect(readAnswer('SEAL{"end":\n', 'SEAL', limits)).toBeUndefined();
    expect(answer({ end: 'passed' })).toBeUndefined();
  });

  it('has no exit code when a limit ended the job', () => expect(answer({ end: 'time', exitCode: 0 })?.exitCode).toBeNull());

  it('is cut to its limits, whatever the process says', () => {
    expect(answer({ stdout: 'x'.repeat(1_000) })?.stdout).toHaveLength(100);
    expect(answer({ written: { a: '', b: '', c: '' } })).toMatchObject({ end: 'files', exitCode: null, written: {} });
    expect(answer({ written: { a: 'x'.repeat(1_000) } })).toMatchObject({ end: 'files', written: {} });
  });

  it('leaves out files no run may have, and says so', () => {
    const found = answer({ written: { 'ok.txt': '1', '../../escape': '2' } });
    expect(found?.written).toEqual({ 'ok.txt': '1' });
    expect(found?.stderr).toContain('"../../escape" was not kept');
    expect(answer({ written: { '.git/hooks/pre-commit': '3' } })?.written).toEqual({});
  });
});
