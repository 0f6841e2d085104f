import { z } from 'zod';
import type { Sandbox, SandboxOutcome } from '../../skills';
import type { AgentTool } from '../agents';
import { argumentsOf, schemaOf } from './tool-arguments';

/** What a small model can take in one answer and still work: about 1,500 tokens. */
const MAX_CHARACTERS = 6_000;
/** Of what there is room for; the rest is for names and words. */
const STDOUT_SHARE = 0.55;
const STDERR_SHARE = 0.3;
const MAX_NAMED_FILES = 20;
const TIME_MS = 20_000;

const ARGUMENTS = z.object({
  language: z.enum(['bash', 'python', 'javascript']).describe('javascript may be TypeScript'),
  code: z.string().min(1).describe('The whole program. Only what it prints is seen.'),
  files: z.record(z.string(), z.string()).optional().describe('Files beside the program: relative path → content'),
});

export interface CodeToolsOptions {
  sandbox: Sandbox;
}

/** Lets a model run code it has written. Nothing the code does lasts or leaves the sandbox, so it may be run again freely. */
export function codeTools({ sandbox }: CodeToolsOptions): AgentTool[] {
  return [
    {
      name: 'run_code',
      description: 'Runs a short program in a sandbox and shows what it printed: bash, Python (standard library only) or JavaScript. No network, no files but those given; nothing is kept for the next call.',
      schema: schemaOf(ARGUMENTS),
      local: true,
      repeat: 'freely',
      async run(args, signal, _key, maxCharacters) {
        const { language, code, files = {} } = argumentsOf(ARGUMENTS, args);
        return outcomeText(await sandbox.run({ language, code, files, limits: { timeMs: TIME_MS } }, signal), Math.min(maxCharacters, MAX_CHARACTERS));
      },
    },
  ];
}

const WHY: Record<Exclude<SandboxOutcome['end'], 'exit'>, string> = {
  time: `Stopped: it ran longer than ${TIME_MS / 1_000} s. Look for an endless loop or a wait for input.`,
  memory: 'Stopped: it used too much memory.',
  output: 'Stopped: it printed too much. Print less.',
  files: 'Stopped: it wrote too many files or too large ones.',
  stopped: 'Stopped: it nested too many calls. Look for endless recursion.',
};

function outcomeText({ end, exitCode, stdout, stderr, written }: SandboxOutcome, room: number): string {
  const names = Object.keys(written);
  const more = names.length > MAX_NAMED_FILES ? ` and ${names.length - MAX_NAMED_FILES} more` : '';
  return [
    end === 'exit' ? `Exit code ${exitCode}${exitCode === 0 ? '' : ': it failed'}.` : WHY[end],
    ...(stdout === '' ? ['It printed nothing.'] : [`--- stdout\n${middleCut(stdout.trimEnd(), Math.floor(room * STDOUT_SHARE))}`]),
    // The last lines of an error say what it is.
    ...(stderr === '' ? [] : [`--- stderr\n${endOf(stderr.trimEnd(), Math.floor(room * STDERR_SHARE))}`]),
    ...(names.length === 0 ? [] : [`--- files it wrote, gone with the sandbox: ${names.slice(0, MAX_NAMED_FILES).join(', ')}${more}`]),
  ].join('\n');
}

function middleCut(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const half = maxCharacters >> 1;
  return `${text.slice(0, half)}\n[cut here: ${text.length - maxCharacters} of ${text.length} characters are not shown]\n${text.slice(-half)}`;
}

function endOf(text: string, maxCharacters: number): string {
  return text.length <= maxCharacters ? text : `[the first ${text.length - maxCharacters} of ${text.length} characters are not shown]\n${text.slice(-maxCharacters)}`;
}
