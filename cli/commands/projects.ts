import { InvalidInputError } from '../../kernel';
import type { ProjectFacts } from '../../workspace';
import { readArguments, readOptions } from '../arguments';
import type { Command, CommandContext } from '../command';
import { commandLineHost } from '../team-host';
import { jsonLine, plainText } from '../text/plain-text';

const DAY_MS = 24 * 60 * 60 * 1_000;
const MOST_DAYS = 3_650;

const COMMON = `  --data DIR   n8n's user folder (default: N8N_USER_FOLDER, .data of the
               clone, or the home folder)
  --json       JSON lines

The team is AIOS_TEAM, else "default"; where it keeps its files in a bucket,
set AIOS_S3_ENDPOINT and the variables beside it.
`;

export const projectsList: Command = {
  name: 'projects list',
  summary: "shows the projects, their size, and which are secret",
  usage: `Usage: aios projects list [options]

${COMMON}`,
  async run(context) {
    const { data } = readOptions(context.args, { data: { type: 'string' } }, 'Everything is said by options.');
    const projects = await (await opened(context, data)).list();
    for (const project of projects) context.terminal.print(context.json ? jsonLine({ ...project }) : lineOf(project));
    if (projects.length === 0) context.terminal.say('The team has no projects yet.');
    return 0;
  },
};

export const projectsRemove: Command = {
  name: 'projects remove',
  summary: 'deletes projects with their history, by name or by age',
  usage: `Usage: aios projects remove NAME... [options]
       aios projects remove --unchanged-for DAYS [--prefix TEXT] [options]

Deletes the files of projects and their history; nothing brings them back.
Without --yes it only says which. Let no run be at work on them.

  --unchanged-for DAYS  those in which no file was changed for so many days
  --prefix TEXT         of these only those whose folder begins with TEXT, for
                        instance product- (template 11 makes one each time)
  --yes                 deletes them
${COMMON}`,
  async run(context) {
    const { values, positionals } = readArguments(context.args, { 'unchanged-for': { type: 'string' }, prefix: { type: 'string' }, yes: { type: 'boolean' }, data: { type: 'string' } });
    const days = daysOf(values['unchanged-for']);
    const isNamed = positionals.length > 0;
    if (isNamed === (days !== undefined)) throw new InvalidInputError('Which projects?', { hint: 'Name them, or give --unchanged-for DAYS.' });
    if (values.prefix !== undefined && days === undefined) throw new InvalidInputError('"--prefix" goes with "--unchanged-for".', { hint: 'For instance: aios projects remove --unchanged-for 30 --prefix product-' });
    const projects = await opened(context, values.data);
    const wanted = days === undefined ? positionals : (await projects.list()).filter(isOld(days, values.prefix ?? '')).map(({ folder }) => folder);
    if (wanted.length === 0) context.terminal.say('There is nothing to delete.');
    let missing = 0;
    for (const project of wanted) {
      const isThere = values.yes === true ? await projects.remove(project) : (await projects.find(project)) !== undefined;
      missing += isThere ? 0 : 1;
      if (context.json) context.terminal.print(jsonLine({ project, removed: values.yes === true && isThere }));
      else context.terminal.print(isThere ? `${plainText(project)} ${values.yes === true ? 'was deleted' : 'would be deleted'}.` : `There is no project "${plainText(project)}".`);
    }
    if (values.yes !== true && wanted.length > missing) context.terminal.say('Nothing was deleted. Add --yes to do it.');
    return missing === 0 ? 0 : 1;
  },
};

export const projectsDeclassify: Command = {
  name: 'projects declassify',
  summary: "takes a project's mark of secret work away",
  usage: `Usage: aios projects declassify NAME [options]

A project that secret work was written to is secret: runs in it are secret, and
nothing else is shown its files. This takes the mark away, so that its files
and their history may reach cloud models. Look through both first; no program
can tell what of them came from where. Let no secret run be at work on it: the
next secret work makes the mark anew.

  --yes        does it; without it the project is only looked at
${COMMON}`,
  async run(context) {
    const { values, positionals } = readArguments(context.args, { yes: { type: 'boolean' }, data: { type: 'string' } });
    const [project] = positionals;
    if (project === undefined || positionals.length > 1) throw new InvalidInputError('Which project?', { hint: 'For instance: aios projects declassify shop --yes' });
    const projects = await opened(context, values.data);
    const isSecret = (await projects.find(project))?.secret === true;
    const lifted = isSecret && values.yes === true && (await projects.declassify(project));
    if (context.json) context.terminal.print(jsonLine({ project, secret: isSecret && !lifted, declassified: lifted }));
    else context.terminal.say(isSecret ? (lifted ? `${plainText(project)} is not secret any more.` : `${plainText(project)} is secret. Add --yes to take the mark away.`) : `${plainText(project)} is no secret project.`);
    return isSecret ? 0 : 1;
  },
};

async function opened(context: CommandContext, data: string | undefined) {
  const { credentialFromEnvironment, openProjects } = await import('../../team');
  return openProjects(credentialFromEnvironment(context.environment), commandLineHost(context, data));
}

function lineOf({ folder, files, bytes, changedAtMs, secret }: ProjectFacts): string {
  const size = `${files} ${files === 1 ? 'file' : 'files'}, ${Math.ceil(bytes / 1_024).toLocaleString('en-US')} KB`;
  return `${plainText(folder)}: ${size}, changed ${new Date(changedAtMs).toISOString().slice(0, 10)}${secret ? ', secret' : ''}`;
}

/** @throws {InvalidInputError} */
function daysOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) return days;
  throw new InvalidInputError(`"--unchanged-for ${text}" is no number of days.`, { hint: `Give a whole number, 1 to ${MOST_DAYS}.` });
}

function isOld(days: number, prefix: string): (project: ProjectFacts) => boolean {
  const beforeMs = Date.now() - days * DAY_MS;
  return ({ folder, changedAtMs }) => folder.startsWith(prefix) && changedAtMs < beforeMs;
}
