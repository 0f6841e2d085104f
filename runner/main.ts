/**
 * Runs tests of delivered work for the QA agent: see docs/self-hosting.md and docs/decisions/0029.
 * RUNNER_TOKEN (16 characters or more), RUNNER_LISTEN (a socket's path or a port of 127.0.0.1), RUNNER_PLACES (1..16), RUNNER_FIRST_USER.
 */
import { chmodSync, rmSync } from 'node:fs';
import { createRunner } from './server.ts';

const { RUNNER_TOKEN: token = '', RUNNER_LISTEN: listen = '8765', RUNNER_PLACES = '2', RUNNER_FIRST_USER } = process.env;
const places = Number(RUNNER_PLACES);

if (token.length < 16) fail('RUNNER_TOKEN must have 16 characters or more.');
if (!Number.isInteger(places) || places < 1 || places > 16) fail('RUNNER_PLACES must be 1 to 16.');

const firstUser = RUNNER_FIRST_USER ? Number(RUNNER_FIRST_USER) : undefined;
// At a job's end everything of its user is killed.
if (firstUser !== undefined && !areForJobsAlone(firstUser, firstUser + places - 1)) fail(`RUNNER_FIRST_USER must be the first of ${places} user ids from 1000 on that nobody else has, this service neither.`);

const server = createRunner({ token, places, firstUser });
if (/^\d+$/.test(listen)) server.listen(Number(listen), '127.0.0.1', () => console.log(`The runner listens on 127.0.0.1:${listen}.`));
else {
  // Left behind by a runner that was killed.
  rmSync(listen, { force: true });
  // n8n is another user in another container; the token decides.
  server.listen(listen, () => {
    chmodSync(listen, 0o666);
    console.log(`The runner listens on ${listen}.`);
  });
}
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => process.exit(0));

function areForJobsAlone(first: number, last: number): boolean {
  const own = process.getuid?.() ?? 0;
  return Number.isInteger(first) && first >= 1_000 && last < 2 ** 31 && (own < first || own > last);
}

function fail(why: string): never {
  console.error(why);
  process.exit(1);
}
