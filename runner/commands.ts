/** What a job may run: nothing else, whatever it asks for. */
export const TOOLS = ['python', 'javascript', 'pytest', 'unittest', 'jest', 'node-test', 'tsc'] as const;
export type Tool = (typeof TOOLS)[number];

/** Where the image keeps Jest and TypeScript; outside it they are looked for beside this file. */
const MODULES = process.env.RUNNER_MODULES ?? new URL('../node_modules', import.meta.url).pathname;
const PYTHON = process.env.RUNNER_PYTHON ?? 'python3';

/** The program of `python` and `javascript` jobs; no delivered file may have this name. */
export const PROGRAM_FILES: Partial<Record<Tool, string>> = { python: '.aios-program.py', javascript: '.aios-program.cjs' };

const TSC_OPTIONS = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext', '--moduleResolution', 'nodenext', '--types', 'node', '--typeRoots', `${MODULES}/@types`];

/** Program and arguments; `path` is a checked relative path. It never reaches a shell. */
export function commandOf(tool: Tool, path: string | undefined): [string, ...string[]] {
  // "./" so that no path is taken for an option.
  const file = `./${path ?? PROGRAM_FILES[tool]}`;
  switch (tool) {
    case 'python': return [PYTHON, file];
    case 'javascript': return [process.execPath, file];
    case 'pytest': return [PYTHON, '-m', 'pytest', '-q', '-rf', '--tb=short', '--color=no', '-p', 'no:cacheprovider', file];
    case 'unittest': return [PYTHON, '-m', 'unittest', file];
    case 'jest': return [process.execPath, `${MODULES}/jest/bin/jest.js`, '--ci', '--runInBand', '--colors=false', '--cacheDirectory=.aios-jest', '--rootDir=.', '--runTestsByPath', file];
    case 'node-test': return [process.execPath, '--test', '--test-isolation=none', '--test-reporter=spec', file];
    case 'tsc': return [process.execPath, `${MODULES}/typescript/bin/tsc`, ...TSC_OPTIONS, file];
  }
}
