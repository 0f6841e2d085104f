/** Node 24 runs jest (node:sqlite); scripts/setup.mjs provides it on any machine. */
const swc = ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } }];

const project = (displayName, testMatch, more = {}) => ({
  displayName,
  rootDir: __dirname,
  testEnvironment: 'node',
  testMatch,
  transform: { '^.+\\.(t|j|mj)s$': swc },
  // ESM-only packages are compiled too; everything else in node_modules is left alone.
  transformIgnorePatterns: ['/node_modules/(?!(@mdream/js|@pydantic/genai-prices|tokenx|string-width|strip-ansi|ansi-regex|get-east-asian-width)/)'],
  // Nodes reach the domains through the built bundle's name; in tests that name is the source itself.
  moduleNameMapper: { '^\\.\\./\\.\\./team\\.js$': '<rootDir>/team/index.ts' },
  ...more,
});

// Every domain folder on its own: a well-tested neighbour hides nothing.
const DOMAINS = ['kernel', 'storage', 'privacy', 'workspace', 'memory', 'router', 'skills', 'runs', 'agents', 'insights'];
const coverageThreshold = Object.fromEntries(DOMAINS.map((folder) => [`./${folder}/`, { statements: 80, lines: 80 }]));

module.exports = {
  projects: [
    project('unit', ['<rootDir>/tests/{kernel,storage,privacy,workspace,memory,router,skills,runs,agents,insights,team,cli,nodes,contracts,workflows,house,scripts,docker}/**/*.test.ts']),
    project('e2e', ['<rootDir>/tests/e2e/**/*.test.ts'], { globalSetup: '<rootDir>/tests/e2e/global-setup.ts', globalTeardown: '<rootDir>/tests/e2e/global-teardown.ts' }),
  ],
  // The sandbox's program runs in a process of its own, where nobody counts; tests/skills drive it from outside.
  collectCoverageFrom: [`{${DOMAINS.join(',')}}/**/*.ts`, '!**/index.ts', '!skills/drivers/sandbox-program/**'],
  coverageThreshold,
  // Most tests write to real disks and open real servers; a busy machine must not make them red.
  testTimeout: 20_000,
};
