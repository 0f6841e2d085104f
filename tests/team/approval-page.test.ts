import { visibleText } from '../../kernel';
import { actionHash } from '../../runs';
import { asking, deciding } from '../../runs/approvals/transitions';
import { approvalPage } from '../../team/approval-page';
import { sampleApproval } from '../contracts/approval-store-contract';
import { HOSTILE_TITLES } from '../support/hostile-titles';

const asked = (more: Parameters<typeof sampleApproval>[1]) => asking(sampleApproval('o1', more), 0).approval;
const textOf = (html: string) => html.replace(/<[^>]*>/g, '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

/** Of the processor: other programs make it no slower. */
function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

describe('the page of an approval', () => {
  it.each(HOSTILE_TITLES)('shows a title with %s as one line of text', (_, title, shown) => {
    const { html } = approvalPage(asked({ title, askedBy: title, details: { title } }));
    expect(textOf(/<h1>.*<\/h1>/.exec(html)![0])).toBe(shown);
    expect(html.match(/<(script|img|b)\b|name="decision" value="approve"/g)).toEqual(['name="decision" value="approve"']);
    expect(visibleText(html)).toBe(html);
  });

  it('keeps a string that is written from right to left to its own place', () => {
    const { html } = approvalPage(asked({ details: { 'א': 'ב', path: 'index.html' } }));
    expect(html).toContain('<bdi>&quot;א&quot;</bdi>: <bdi>&quot;ב&quot;</bdi>');
    expect(html).toContain('&quot;path&quot;: &quot;index.html&quot;');
  });

  it('says why a decision was not taken, above what it shows now', () => {
    const { html } = approvalPage(asked({}), { message: 'It is <another>.', hint: 'Look again.' });
    expect(html).toContain('<strong>Not decided.</strong> It is &lt;another&gt;. Look again.');
  });
});

describe('an action made of very many small parts', () => {
  const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index % 10]));

  it('is refused with 1 MB, and at once', () => {
    const before = process.cpuUsage();
    expect(() => asked({ details: pairs(90_000) })).toThrow(/has \d+ bytes; at most 262144 can be shown/);
    expect(cpuMsSince(before)).toBeLessThan(2_000);
  });

  it('of the largest size is hashed, decided and shown within two seconds of the processor, on a page of at most 2 MB', () => {
    const details = pairs(24_000);
    const before = process.cpuUsage();
    const approval = asked({ details });
    const decided = deciding(approval, { id: approval.id, hash: actionHash(approval.action), decision: 'approve', by: 'ada' }, 1).approval;
    const { html } = approvalPage(decided);
    expect(cpuMsSince(before)).toBeLessThan(2_000);
    expect(html.length).toBeGreaterThan(256 * 1024);
    expect(html.length).toBeLessThan(2 * 1024 * 1024);
  });

  it.each([33, 100_000])('is refused in %i levels, which would be indented beyond reading', (levels) => {
    let details = {};
    for (let level = 0; level < levels; level++) details = { a: details };
    expect(() => asked({ details })).toThrow('more than 32 levels');
  });

  it('leaves the page bounded whatever its shape', () => {
    let details: object = { list: Array.from({ length: 120_000 }, () => 1) };
    for (let level = 0; level < 30; level++) details = { a: details };
    const { html } = approvalPage(asked({ details: details as never }));
    expect(html.length).toBeLessThan(12 * 1024 * 1024);
  });
});

