import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { InvalidInputError } from '../../kernel';
import { repositoryDir } from '../n8n-host/place';

export interface StartOptions {
  help: boolean;
  json: boolean;
  rehearsal: boolean;
  /** 0 asks for any free port. */
  port: number;
  dataDir: string;
}

/** @param script of package.json; its story is one sentence */
export function usage(script: string, story: string): string {
  return `Usage: npm ${script === 'start' ? script : `run ${script}`} -- [options]

${story}

  --port P      port of the editor and the HTTP interface (default 5678; 0 takes a free one)
  --data DIR    folder for everything n8n and the team store (default .data in this clone)
  --rehearsal   answer with the built-in scripted model; for trying things out without a model
  --json        print one JSON line on stdout when ready, everything else on stderr
  --help        this text
`;
}

export const START_USAGE = usage('start', 'Starts n8n on 127.0.0.1 with the AIOS nodes and template workflows in place.');

/** @throws {InvalidInputError} for an unknown option or a value that cannot be meant; its hint is `usageText` */
export function parseStartArguments(args: readonly string[], usageText = START_USAGE): StartOptions {
  const { values } = parse(args, usageText);
  return {
    help: values.help ?? false,
    json: values.json ?? false,
    rehearsal: values.rehearsal ?? false,
    port: portOf(values.port ?? '5678', usageText),
    dataDir: resolve(repositoryDir, dataOf(values.data ?? '.data', usageText)),
  };
}

function parse(args: readonly string[], hint: string) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: false,
      options: { port: { type: 'string' }, data: { type: 'string' }, json: { type: 'boolean' }, rehearsal: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (cause) {
    throw new InvalidInputError(cause instanceof Error ? cause.message : String(cause), { hint, cause });
  }
}

function portOf(text: string, hint: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidInputError(`"--port ${text}" is no port.`, { hint });
}

function dataOf(text: string, hint: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidInputError('"--data" needs a folder.', { hint });
}
