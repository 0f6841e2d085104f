import { errorFacts, InvalidInputError } from '../../kernel';
import { readOptions } from '../arguments';
import type { Command, CommandContext, ExitCode } from '../command';
import { firstLineOfStdin } from '../drivers/read-stdin';
import { n8nAddress } from '../n8n/address';
import { chooseCredential } from '../n8n/choose-credential';
import { N8nClient, type Workflow } from '../n8n/client';
import { N8nApiError, NodesMissingError, NotN8nError } from '../n8n/errors';
import { installTemplate, type InstallOutcome } from '../n8n/install-template';
import { missingNodes } from '../n8n/missing-nodes';
import { needsPublishing, readTemplates, type Template } from '../n8n/templates';
import { styled, type Colour } from '../styled';
import { jsonLine, plainText } from '../text/plain-text';

const USAGE = `Usage: aios templates install --n8n URL --key KEY [options]

Puts the template workflows into an n8n. A second call brings newer versions:
workflows you edited are left alone, and there is never a second copy.

  --n8n URL     address of n8n, as the editor has it in the browser (or N8N_URL)
  --key KEY     API key of n8n (or N8N_API_KEY); "--key -" reads it from stdin.
                Other users of this machine can see a key on the command line:
                prefer the other two.
                Scopes: workflow:list, workflow:read, workflow:create,
                workflow:update; workflow:activate for --publish;
                credential:list to find the team credential
  --only NAME   this template alone, for instance 04-http-api; may be repeated
  --publish     also publish the templates that work only when published
  --team-credential NAME
                name or id of the AIOS Team API credential for the nodes
                (default: "AIOS Team", when there is exactly one)
  --json        JSON lines on stdout
`;

const OPTIONS = { n8n: { type: 'string' }, key: { type: 'string' }, only: { type: 'string', multiple: true }, publish: { type: 'boolean' }, 'team-credential': { type: 'string' } } as const;

const COLOURS: Record<InstallOutcome, Colour> = { created: 'green', updated: 'green', unchanged: 'dim', kept: 'yellow' };
const WORDS: Record<InstallOutcome, string> = { created: 'created', updated: 'updated', unchanged: 'unchanged', kept: 'kept' };

/** What a template does only when it is published. */
const WHEN_PUBLISHED: Record<string, string> = { '04-http-api': 'answers', '08-sweeper': 'starts runs again after a crash' };

interface Line {
  template: string;
  outcome: InstallOutcome;
  workflow: Workflow;
  url: string;
  published: boolean;
  /** Why it could not be published. */
  problem?: string;
}

export const templatesInstall: Command = { name: 'templates install', summary: 'puts the template workflows into an n8n', usage: USAGE, run };

async function run(context: CommandContext): Promise<ExitCode> {
  const values = readOptions(context.args, OPTIONS, 'A single template is chosen with --only.');
  const templates = chosenTemplates(values.only);
  const client = await openClient(values, context);
  const stored = await storedWorkflows(client);
  await assertNodes(client, templates, context);
  const { credentials, note } = await chooseCredential(client, values['team-credential']);
  const lines: Line[] = [];
  for (const template of templates) {
    context.signal.throwIfAborted();
    const { outcome, workflow } = await installTemplate(client, stored, template, credentials);
    const line = { template: template.name, outcome, workflow, url: `${client.url}/workflow/${workflow.id}`, ...(await published(client, template, workflow, values.publish === true && outcome !== 'kept')) };
    lines.push(line);
    show(line, context);
  }
  conclude(lines, note, context);
  return lines.some(({ problem }) => problem !== undefined) ? 1 : 0;
}

function chosenTemplates(only: readonly string[] | undefined): Template[] {
  const all = readTemplates();
  const unknown = only?.find((wanted) => !all.some(({ name }) => name === wanted));
  if (unknown !== undefined) throw new InvalidInputError(`There is no template "${unknown}".`, { hint: `There are ${all.map(({ name }) => name).join(', ')}.` });
  return only ? all.filter(({ name }) => only.includes(name)) : all;
}

async function openClient(values: { n8n?: string; key?: string }, { environment, signal, terminal }: CommandContext): Promise<N8nClient> {
  const address = values.n8n ?? environment.N8N_URL;
  if (!address) throw new InvalidInputError('Which n8n?', { hint: 'Give its address with --n8n, for instance --n8n http://localhost:5678.' });
  const url = n8nAddress(address);
  if (values.key === '-' && process.stdin.isTTY) terminal.say('Paste the API key and press Enter:');
  const key = values.key === '-' ? await firstLineOfStdin('API key', signal) : (values.key ?? environment.N8N_API_KEY)?.trim();
  if (!key) throw new InvalidInputError('An API key of n8n is needed.', { hint: 'Make one in n8n under Settings → n8n API and put it into N8N_API_KEY, or pipe it in with "--key -".' });
  if (!/^[\x21-\x7e]+$/.test(key)) throw new InvalidInputError('The API key holds spaces or characters no key has.', { hint: 'Copy it again from n8n, whole and without quotes.' });
  return new N8nClient(url, key);
}

async function storedWorkflows(client: N8nClient): Promise<Workflow[]> {
  try {
    return await client.listWorkflows();
  } catch (error) {
    const isElsewhere = error instanceof N8nApiError && [404, 405, 501].includes(error.status);
    throw isElsewhere ? new NotN8nError(client.url, `GET /api/v1/workflows is answered with ${error.status}`, 'Check address and path; if it is n8n, its public API is switched off (N8N_PUBLIC_API_DISABLED).') : error;
  }
}

async function assertNodes(client: N8nClient, templates: readonly Template[], { terminal }: CommandContext): Promise<void> {
  const missing = await missingNodes(client, templates);
  if (missing === undefined) terminal.say('Whether this n8n has the nodes cannot be seen from here (its editor is switched off).');
  if (missing && missing.length > 0) throw new NodesMissingError(client.url, missing);
}

async function published(client: N8nClient, { body }: Template, { id, active }: Workflow, wanted: boolean): Promise<{ published: boolean; problem?: string }> {
  if (!wanted || active || !needsPublishing(body)) return { published: active };
  try {
    await client.publishWorkflow(id);
    return { published: true };
  } catch (error) {
    if (!(error instanceof N8nApiError) || error.status === 0) throw error;
    const { message, hint } = errorFacts(error);
    const taken = 'Another published workflow has the same address; unpublish that one first.';
    return { published: false, problem: `It was not published: ${message} ${error.status === 409 ? taken : hint}` };
  }
}

function show({ template, outcome, workflow, url, published, problem }: Line, { json, terminal }: CommandContext): void {
  if (json) return terminal.print(jsonLine({ event: 'template', template, outcome, workflowId: workflow.id, name: workflow.name, url, published, ...(problem && { problem }) }));
  const more = [published && 'published', outcome === 'kept' && (workflow.isArchived ? 'it is archived' : 'edited, or imported by hand')].filter(Boolean).join(', ');
  terminal.print(`${styled(COLOURS[outcome], WORDS[outcome].padEnd(9), terminal)}  ${plainText(workflow.name)}${more && ` (${more})`}\n           ${url}`);
  if (problem) terminal.say(plainText(problem));
}

function conclude(lines: readonly Line[], note: string, { json, terminal }: CommandContext): void {
  const count = (outcome: InstallOutcome) => lines.filter((line) => line.outcome === outcome).length;
  if (json) terminal.print(jsonLine({ event: 'done', created: count('created'), updated: count('updated'), unchanged: count('unchanged'), kept: count('kept'), failed: lines.filter(({ problem }) => problem).length }));
  terminal.say(plainText(note));
  if (count('kept') > 0) terminal.say('To get the shipped version of a workflow that was kept, delete it in n8n and call this again.');
  const waiting = lines.filter(({ published, problem, template }) => !published && !problem && template in WHEN_PUBLISHED);
  for (const { workflow, template } of waiting) terminal.say(`"${plainText(workflow.name)}" ${WHEN_PUBLISHED[template]} once it is published: in the editor, or with --publish here.`);
}
