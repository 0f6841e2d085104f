import type { SandboxLayer, SandboxOutcome } from '../sandbox';
import type { EnvelopeTrial } from './try-envelope';

/** Node's permissions: what a job that broke out of the interpreter could still not do. */
export function processLayer({ answer, fault }: EnvelopeTrial): SandboxLayer {
  if (!answer) return { name: 'process', holds: false, detail: `Its process could not be started: ${fault}.` };
  const open = [
    ...(answer.reads ? ['read a file of this machine'] : []),
    ...(answer.writes ? ['write one'] : []),
    ...(answer.starts ? ['start a program'] : []),
    ...(answer.environment.some((name) => !SHELL_VARIABLES.includes(name)) ? ['see environment variables'] : []),
  ];
  if (open.length > 0) return { name: 'process', holds: false, detail: `Its process could ${open.join(', ')}; Node.js ${process.versions.node} does not hold it.` };
  return { name: 'process', holds: true, detail: 'Its process tried to read and write a file of this machine, to start a program and to see the environment: all refused.' };
}

/** The shell that starts the process sets these for itself. */
const SHELL_VARIABLES = ['PWD', 'OLDPWD', 'SHLVL', '_', '__CF_USER_TEXT_ENCODING'];

/** The kernel's namespaces: a network and a process list of its own. */
export function namespaceLayer({ answer, fault }: EnvelopeTrial): SandboxLayer {
  const base = { name: 'namespace', holds: false } as const;
  if (!answer) return { ...base, detail: `No network namespace here (${fault}); the network is cut by the interpreter alone.` };
  if (answer.connects) return { ...base, detail: 'Its process reached a port of this machine; the network is cut by the interpreter alone.' };
  if (answer.seesProcess) return { ...base, detail: 'Its process saw a process of this machine.' };
  return { name: 'namespace', holds: true, detail: 'Its process tried to reach a port and a process of this machine: neither was there.' };
}

/** What the interpreter layer is tried with. In bash alone: it starts in a tenth of the time Python takes, and all languages share its files. */
export const INTERPRETER_TRIAL = `cat "$1" > /dev/null && echo read
curl "http://127.0.0.1:$2/" && echo connected
env | grep -c -i -e n8n -e aios && echo read
echo tried`;

export function interpreterLayer(outcome: SandboxOutcome | undefined, fault?: string): SandboxLayer {
  const base = { name: 'interpreter', holds: false } as const;
  if (!outcome) return { ...base, detail: `The interpreter did not run a job: ${fault}` };
  if (/read|connected/.test(outcome.stdout)) return { ...base, detail: 'A script reached a file, a secret or a port of this machine.' };
  if (!outcome.stdout.includes('tried')) return { ...base, detail: `A script did not come to its end (${outcome.end}): ${outcome.stderr.trim().slice(-200)}` };
  return { name: 'interpreter', holds: true, detail: 'A script tried to read a file, a secret and a port of this machine: none was there.' };
}
