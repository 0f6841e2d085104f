import { readTracked, trackedFiles } from './tracked-files';

const files = trackedFiles();
const code = files.filter((file) => /\.(ts|mts|js|mjs|cjs)$/.test(file));
const text = files.filter((file) => !/\.(png|ico|woff2?|sqlite|tgz|gz|zip|jpe?g)$/.test(file));
const LONG_LINES = 250;
const TOO_LONG_LINES = 300;
const NOT_READ = 'tests/house/files.test.ts';

const linesOf = (file: string): number => readTracked(file).trimEnd().split('\n').length;

/** A file's findings as `file: what`, for every pattern that occurs in it. */
function findings(patterns: RegExp[]): string[] {
  return text.filter((file) => file !== NOT_READ).flatMap((file) => {
    const content = readTracked(file);
    return patterns.flatMap((pattern) => content.match(pattern)?.slice(0, 1).map((match) => `${file}: ${match}`) ?? []);
  });
}

describe('every file', () => {
  it(`of code has at most ${LONG_LINES} lines; ${TOO_LONG_LINES} is too long`, () => {
    const long = code.map((file) => ({ file, lines: linesOf(file) })).filter(({ lines }) => lines > LONG_LINES);
    if (long.length > 0) console.warn(`Split soon: ${long.map(({ file, lines }) => `${file} (${lines})`).join(', ')}`);
    expect(long.filter(({ lines }) => lines >= TOO_LONG_LINES)).toEqual([]);
  });

  // `node` is the user of n8n's image; Ada and Bob are the people of our examples.
  it('is free of paths and hosts of one machine', () => {
    expect(findings([/(?<![\w.~])\/(root|work|farm|Users)\/[\w.-]+/, /\/home\/(?!node\b|ada\b|bob\b)[a-z][\w.-]*\//, /[A-Z]:\\Users\\\w+/])).toEqual([]);
  });

  it('names no package registry or mirror', () => {
    expect(findings([/\b(?:registry|mirror|artifactory|verdaccio|nexus|deb)[\w-]*\.[\w-]+\.[a-z]{2,}\b/i])).toEqual([]);
  });

  it('that locks dependencies says nothing about where they were downloaded', () => {
    const locks = files.filter((file) => /(^|\/)(package-lock|npm-shrinkwrap)\.json$/.test(file));
    expect(locks).toContain('package-lock.json');
    expect(locks.filter((file) => /"resolved": "https?:/.test(readTracked(file)))).toEqual([]);
  });

  it('that is a workflow template lies in workflows/', () => {
    const workflows = files.filter((file) => file.endsWith('.json') && !file.startsWith('tests/') && isWorkflow(readTracked(file)));
    expect(workflows.filter((file) => !file.startsWith('workflows/'))).toEqual([]);
  });

  it('in workflows/ that is JSON is a workflow template', () => {
    expect(files.filter((file) => /^workflows\/.*\.json$/.test(file) && !isWorkflow(readTracked(file)))).toEqual([]);
  });
});

function isWorkflow(content: string): boolean {
  const parsed = JSON.parse(content.replace(/^\uFEFF/, '')) as { nodes?: unknown; connections?: unknown } | null;
  return Array.isArray(parsed?.nodes) && typeof parsed?.connections === 'object';
}
