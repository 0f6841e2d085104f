import { readFile } from 'node:fs/promises';
import { InvalidInputError } from '../../kernel';
import { readArguments } from '../arguments';
import type { Command } from '../command';
import { commandLineHost } from '../team-host';

const DATA = `  --data DIR   n8n's user folder (default: N8N_USER_FOLDER, .data of the
               clone, or the home folder)`;

export const modelsExport: Command = {
  name: 'models export',
  summary: 'prints the models of now as a models file',
  usage: `Usage: aios models export [options]

Prints what the team knows of its models as YAML: the entries of the models
file in place, and all others as they were found. No key stands in it.

${DATA}
  --json       one JSON line with "file", the text

The team is AIOS_TEAM, else "default".
`,
  async run(context) {
    const { values } = readArguments(context.args, { data: { type: 'string' } });
    const { closeIdleTeams, credentialFromEnvironment, exportModels } = await import('../../team');
    try {
      const file = await exportModels(credentialFromEnvironment(context.environment), commandLineHost(context, values.data), context.signal);
      context.terminal.print(context.json ? JSON.stringify({ file }) : file.trimEnd());
      return 0;
    } finally {
      await closeIdleTeams();
    }
  },
};

export const modelsImport: Command = {
  name: 'models import',
  summary: 'checks a models file and puts it in place',
  usage: `Usage: aios models import FILE [options]

Checks FILE (YAML or JSON, see docs/models-file.md) and puts it into the
team's data folder as it is. A file with a fault changes nothing: line, field
and reason are named. A running team goes by the new one within two seconds;
the former one is kept beside it as *.former.

${DATA}
  --json       one JSON line

Exit code 0: in place. 1: the file has a fault.
`,
  async run(context) {
    const { values, positionals } = readArguments(context.args, { data: { type: 'string' } });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) throw new InvalidInputError('One file, please.', { hint: 'aios models import models.yaml' });
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new InvalidInputError(`${file} cannot be read.`, { hint: 'Give the path of a models file.', cause });
    });
    const { credentialFromEnvironment, importModels } = await import('../../team');
    const placed = await importModels(credentialFromEnvironment(context.environment), commandLineHost(context, values.data), text);
    const { path, formerPath, warnings } = placed;
    for (const warning of warnings) context.terminal.say(`Warning: ${warning}.`);
    const models = placed.file.models.length;
    const former = formerPath === undefined ? '' : ` The former one is ${formerPath}.`;
    context.terminal.print(context.json ? JSON.stringify({ path, formerPath, models, warnings }) : `${models} ${models === 1 ? 'model' : 'models'} in ${path}.${former}`);
    return 0;
  },
};
