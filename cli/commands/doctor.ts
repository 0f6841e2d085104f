import type { DiagnoseOptions, ProbeProgress } from '../../team';
import { readOptions } from '../arguments';
import type { Command, CommandContext } from '../command';
import { commandLineHost } from '../team-host';
import { jsonLine, plainText } from '../text/plain-text';
import { reportText } from './doctor-text';

export const doctor: Command = {
  name: 'doctor',
  summary: 'looks at models, services and folders; says what to do',
  usage: `Usage: aios doctor [options]

Asks everything the team needs, and ends with what to do next. It looks where
the team would: OLLAMA_HOST, ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL,
OPENAI_API_KEY, OPENAI_BASE_URL, REDIS_URL, QDRANT_URL, QDRANT_API_KEY,
SEARXNG_URL, AIOS_WEB_HOSTS, AIOS_S3_ENDPOINT, AIOS_S3_BUCKET, AIOS_S3_REGION,
AIOS_S3_ACCESS_KEY, AIOS_S3_SECRET_KEY, AIOS_RUNNER_URL, AIOS_RUNNER_TOKEN,
AIOS_EMBEDDING_MODEL, AIOS_TEAM, AIOS_DAILY_BUDGET_USD and
AIOS_MONTHLY_BUDGET_USD are read from the environment.

  --probe      try what each local model can really do: tools, answers in a
               given shape, context, speed. Takes minutes; results are kept
               until the model changes
  --again      with --probe: also models that were tried before
  --data DIR   n8n's user folder (default: N8N_USER_FOLDER, .data of the
               clone, or the home folder)
  --json       one JSON line per check, then one with "ok" and "advice"

Exit code 0: a first goal could be answered. 1: not yet.
`,
  async run(context) {
    const values = readOptions(context.args, { probe: { type: 'boolean' }, again: { type: 'boolean' }, data: { type: 'string' } }, 'It looks at everything at once.');
    const { credentialFromEnvironment, diagnose } = await import('../../team');
    const probe = values.again ? 'again' : values.probe ? 'new' : undefined;
    let tried = 0;
    const onProgress = (progress: ProbeProgress) => {
      tried += 1;
      context.terminal.say(progressText(progress));
    };
    const options: DiagnoseOptions = { signal: context.signal, onProgress, ...(probe && { probe }) };
    const report = await diagnose(credentialFromEnvironment(context.environment), commandLineHost(context, values.data), options);
    if (probe === 'new' && tried === 0) context.terminal.say('No local model is new since the last trial; --again tries all of them anew.');
    print(context, report, probe !== undefined);
    return report.ok ? 0 : 1;
  },
};

type Report = Parameters<typeof reportText>[0];

function print({ json, terminal }: CommandContext, report: Report, wasProbed: boolean): void {
  if (!json) return terminal.print(reportText(report, terminal, { offersProbe: !wasProbed }));
  for (const check of report.checks) terminal.print(jsonLine({ event: 'check', ...check }));
  terminal.print(jsonLine({ event: 'result', ok: report.ok, advice: report.advice }));
}

const QUESTIONS: Record<ProbeProgress['step'], string> = {
  tools: 'does it call tools?',
  schema: 'does it answer in a given shape?',
  context: 'how long a text does it keep?',
  speed: 'how fast does it write?',
};

function progressText({ model, step, said }: ProbeProgress): string {
  return said === undefined ? `${plainText(model)}: ${QUESTIONS[step]}` : `  ${said}`;
}
