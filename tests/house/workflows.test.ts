import { parse } from 'yaml';
import { readTracked, trackedFiles } from './tracked-files';

type Permissions = Record<string, string>;
interface Step { uses?: string; run?: string; with?: Record<string, unknown>; env?: Record<string, string> }
interface Job { uses?: string; needs?: string | string[]; 'runs-on'?: string; 'timeout-minutes'?: number; permissions?: Permissions; environment?: string; steps?: Step[] }
interface Workflow { name: string; on: Record<string, unknown>; permissions: Permissions; concurrency: unknown; jobs: Record<string, Job> }

const files = trackedFiles();
const { scripts } = JSON.parse(readTracked('package.json')) as { scripts: Record<string, string> };
const workflowFiles = files.filter((file) => /^\.github\/workflows\/.+\.ya?ml$/.test(file));
const workflows = workflowFiles.map((file) => ({ file, workflow: parse(readTracked(file)) as Workflow }));
const jobs = workflows.flatMap(({ file, workflow }) => Object.entries(workflow.jobs).map(([id, job]) => ({ place: `${file} ${id}`, file, id, job })));
const steps = jobs.flatMap(({ place, job }) => (job.steps ?? []).map((step) => ({ place, step })));
const runs = steps.flatMap(({ place, step }) => (step.run === undefined ? [] : [{ place, run: step.run }]));

it('there is one workflow that tests and one that publishes', () => expect(workflowFiles).toEqual(['.github/workflows/ci.yml', '.github/workflows/publish.yml']));

describe('a workflow', () => {
  it.each(workflows)('$file says when it runs, may only read, and never runs twice for the same', ({ workflow }) => {
    expect(workflow.name).toMatch(/\w/);
    expect(Object.keys(workflow.on).length).toBeGreaterThan(0);
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(workflow.concurrency).toBeDefined();
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
  });

  it.each(jobs)('job "$place" has a machine, a limit of time and the jobs it waits for', ({ file, job }) => {
    const others = Object.keys(workflows.find((candidate) => candidate.file === file)!.workflow.jobs);
    expect([job.needs ?? []].flat().filter((need) => !others.includes(need))).toEqual([]);
    if (job.uses !== undefined) return expect(files).toContain(job.uses.replace('./', ''));
    expect(job['runs-on']).toMatch(/^ubuntu-/);
    expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
    expect(job.steps!.every((step) => (step.run === undefined) !== (step.uses === undefined))).toBe(true);
  });

  it('gives the right to speak for us to the publishing job alone, behind an environment', () => {
    const mighty = jobs.filter(({ job }) => Object.values(job.permissions ?? {}).includes('write'));
    expect(mighty.map(({ place, job }) => [place, job.permissions, job.environment])).toEqual([['.github/workflows/publish.yml publish', { contents: 'read', 'id-token': 'write' }, 'npm']]);
  });

  it("uses GitHub's own actions only, by major version or commit, and keeps no credentials in the checkout", () => {
    const used = steps.flatMap(({ place, step }) => (step.uses === undefined ? [] : [{ place, step, uses: step.uses }]));
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter(({ uses }) => !/^actions\/[a-z-]+@(v\d+|[0-9a-f]{40})$/.test(uses)).map(({ place, uses }) => `${place}: ${uses}`)).toEqual([]);
    const checkouts = used.filter(({ uses }) => uses.startsWith('actions/checkout@'));
    expect(checkouts.filter(({ step }) => step.with?.['persist-credentials'] !== false).map(({ place }) => place)).toEqual([]);
    const nodes = used.filter(({ uses }) => uses.startsWith('actions/setup-node@')).map(({ step }) => step.with?.['node-version']);
    expect(new Set(nodes)).toEqual(new Set([24]));
  });

  it('runs only npm scripts and files that exist', () => {
    const missing = runs.filter(({ run }) => {
      const script = /^npm run ([\w:-]+)/.exec(run)?.[1];
      if (script !== undefined) return !(script in scripts);
      return /^npm (pack|publish)\b|^test /.test(run) ? false : !files.includes(run.split(' ')[0]!);
    });
    expect(missing).toEqual([]);
    expect(runs.map(({ run }) => run)).toEqual(expect.arrayContaining(['npm run lint', '.ci/run', 'npm pack', expect.stringMatching(/^npm publish .* --provenance --access public$/)]));
  });

  it("never puts a stranger's text into a shell", () => expect(runs.filter(({ run }) => run.includes('${{'))).toEqual([]));

  it('publishes the very file that was tested', () => {
    const publish = jobs.find(({ place }) => place.endsWith('publish.yml publish'))!.job;
    expect(publish.needs).toBe('ci');
    const uploaded = steps.filter(({ step }) => step.uses?.startsWith('actions/upload-artifact@')).map(({ step }) => step.with?.name);
    const downloaded = publish.steps!.find(({ uses }) => uses?.startsWith('actions/download-artifact@'))!.with!;
    expect(uploaded).toContain(downloaded.name);
    expect(publish.steps!.some(({ run }) => run?.includes(`${String(downloaded.path)}/`))).toBe(true);
  });
});

describe('what GitHub reads', () => {
  const forms = files.filter((file) => /^\.github\/ISSUE_TEMPLATE\/(?!config).+\.yml$/.test(file));

  it.each(forms)('%s is an issue form whose fields have ids and labels', (file) => {
    const form = parse(readTracked(file)) as { name?: string; description?: string; body: { type: string; id?: string; attributes: { label?: string } }[] };
    expect(form.name && form.description).toBeTruthy();
    for (const { type, id, attributes } of form.body) {
      expect(['textarea', 'input', 'dropdown', 'checkboxes', 'markdown']).toContain(type);
      if (type !== 'markdown') expect(id && attributes.label).toBeTruthy();
    }
    expect(new Set(form.body.map(({ id }) => id)).size).toBe(form.body.length);
  });

  it('asks whoever reports a bug for what the doctor says', () => {
    expect(readTracked('.github/ISSUE_TEMPLATE/bug.yml')).toContain('doctor --json');
  });

  it('keeps actions and packages fresh with Dependabot, in conventional commits', () => {
    const { updates } = parse(readTracked('.github/dependabot.yml')) as { updates: { 'package-ecosystem': string; 'commit-message': { prefix: string } }[] };
    expect(updates.map((update) => [update['package-ecosystem'], update['commit-message'].prefix])).toEqual([['github-actions', 'ci'], ['npm', 'chore']]);
  });
});
