import { existsSync, readdirSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { sharedFile } from './shared-data';

/** Something real that some tests need. What is on PATH (Chromium also by CHROMIUM_PATH) is used; nothing is installed for a test. */
export interface Service {
  name: string;
  /** Its address or its program; undefined when this machine has none. */
  found?: string;
  /** How a person provides it. */
  advice: string;
}

const CHROMIUM_PLACES = ['chromium', 'chromium-browser', 'google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
/** Debian keeps the server's programs away from PATH, one folder per version. */
const POSTGRES_FOLDER = '/usr/lib/postgresql';

export const chromium: Service = {
  name: 'Chromium',
  found: programOf(process.env.CHROMIUM_PATH, ...CHROMIUM_PLACES),
  advice: 'install Chromium or name it in CHROMIUM_PATH',
};

/** Each test starts one of its own on a free port: it needs options, and some end it. */
export const redisServer: Service = { name: 'redis-server', found: programOf('redis-server'), advice: 'install redis-server' };

/** Programs of the shell that an operator's commands and some health checks use. */
export const bash: Service = { name: 'bash', found: programOf('bash'), advice: 'install bash' };
export const openssl: Service = { name: 'openssl', found: programOf('openssl'), advice: 'install openssl' };

/** By which the kernel ends a sandbox's process with ours; Alpine has another program of this name. */
export const setpriv: Service = { name: 'setpriv of util-linux', found: process.platform === 'linux' ? programOf('/usr/bin/setpriv', '/bin/setpriv') : undefined, advice: 'install util-linux' };

/** What Qdrant's requests and answers look like, in its own words; the stub server judges each request by it. */
export const qdrantApi: Service = { name: "Qdrant's OpenAPI file", found: sharedFile('data/qdrant-openapi-1.19.json'), advice: 'it lies beside this repository; AIOS_SHARED_DIR names another place' };
/** For the runner's jobs; its own image brings one. */
export const python: Service = { name: 'Python 3', found: programOf('python3'), advice: 'install python3' };

/** `found` is the server's program, beside which are `initdb` and the others. */
export const postgresServer: Service = { name: 'PostgreSQL', found: programOf(...debianPostgres(), 'postgres'), advice: 'install postgresql' };

/**
 * `describe` for tests that need a service. Where it is missing they are skipped and say why;
 * under AIOS_REQUIRE_SERVICES=1, as in continuous integration, that is a failure.
 */
export function describeWithService(service: Service, title: string, tests: () => void): void {
  describeWithServices([service], title, tests);
}

/** The same for tests that need several. */
export function describeWithServices(services: readonly Service[], title: string, tests: () => void): void {
  const missing = services.filter(({ found }) => found === undefined);
  const reason = missing.length === 0 ? undefined : missing.map(missingService).join('; ');
  if (reason === undefined) describe(title, tests);
  else if (process.env.AIOS_REQUIRE_SERVICES !== '1') describe.skip(`${title} (skipped: ${reason})`, tests);
  else describe(title, () => it(`needs ${missing.map(({ name }) => name).join(' and ')}`, () => expect(reason).toBeUndefined()));
}

/** `it` for a test that can do without what is missing, everywhere; `skipReason` says what that is. */
export function itUnless(skipReason: string | undefined, title: string, test: () => unknown, timeoutMs?: number): void {
  if (skipReason === undefined) it(title, async () => void (await test()), timeoutMs);
  else it.skip(`${title} (skipped: ${skipReason})`, () => {});
}

/** @returns why tests of this service cannot run here; undefined when they can */
export function missingService({ name, found, advice }: Service): string | undefined {
  return found === undefined ? `no ${name} here; ${advice}` : undefined;
}

/** @returns the whole path of the first of these that is there; a name is looked for on PATH */
function programOf(...names: (string | undefined)[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const places = names.flatMap((name) => (!name ? [] : isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name))));
  return places.find((place) => existsSync(place));
}

/** Newest first. */
function debianPostgres(): string[] {
  if (!existsSync(POSTGRES_FOLDER)) return [];
  const versions = readdirSync(POSTGRES_FOLDER).filter((name) => /^\d+$/.test(name)).sort((one, other) => Number(other) - Number(one));
  return versions.map((version) => join(POSTGRES_FOLDER, version, 'bin', 'postgres'));
}
