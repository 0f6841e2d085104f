import { npmErrorCode } from '../../scripts/n8n-host/command';
import { HostEndedError } from '../../scripts/n8n-host/errors';
import { childEnvironment, hostDir, node24Dir } from '../../scripts/n8n-host/place';
import { addUp, summaryLine } from '../../scripts/test-summary';

describe('the place of the pinned n8n', () => {
  it('is below AIOS_CACHE_DIR, else below the home folder, and named after lock and platform', () => {
    expect(hostDir({ AIOS_CACHE_DIR: '/big/disk' })).toMatch(new RegExp(`^/big/disk/[0-9a-f]{16}-${process.platform}-${process.arch}`));
    expect(hostDir({})).toContain('.cache/n8n-nodes-aios');
  });
});

describe('childEnvironment', () => {
  it('puts Node 24 first and hides from an inner npm that an outer one runs', () => {
    process.env.npm_lifecycle_event = 'start';
    const environment = childEnvironment({ MORE: '1' });
    expect(environment.PATH!.startsWith(node24Dir)).toBe(true);
    expect(environment).toMatchObject({ MORE: '1' });
    expect(environment.npm_lifecycle_event).toBeUndefined();
  });
});

it('says of an n8n that a signal ended what happened, not "exit code null"', () => {
  expect(new HostEndedError(null, 'n8n.log').message).toBe('n8n was ended from outside, or by the system for want of memory.');
  expect(new HostEndedError(1, 'n8n.log').message).toBe('n8n ended by itself (exit code 1).');
});

describe('npmErrorCode', () => {
  it.each([
    ['{"error":{"code":"ENOSPC","summary":"no space"}}', 'ENOSPC'],
    ['some notice\n{"error":{"code":"ENOTFOUND"}}', 'ENOTFOUND'],
    ['{"added":3}', undefined],
    ['no json at all', undefined],
    ['{ broken', undefined],
  ])('finds in %s: %s', (stdout, code) => {
    expect(npmErrorCode(stdout)).toBe(code);
  });
});

describe('the last line of npm test', () => {
  it('adds up, and names skipped tests only when there are any', () => {
    const counts = addUp([{ passed: 3, failed: 0, skipped: 0 }, { passed: 2, failed: 1, skipped: 0 }]);
    expect(summaryLine(counts)).toBe('5 passed, 1 failed');
    expect(summaryLine({ ...counts, skipped: 4 })).toBe('5 passed, 1 failed, 4 skipped');
  });
});
