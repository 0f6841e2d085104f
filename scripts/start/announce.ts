import type { KnownOwner } from './owner';

export interface Ready {
  url: string;
  dataDir: string;
  /** Where the files of the runs are. */
  filesDir: string;
  token: string;
  owner: KnownOwner;
  /** One line about what can answer prompts. */
  models: string;
  /** The workflow to look at first. */
  firstWorkflowId?: string;
  /** Names of templates whose edits were kept. */
  keptTemplates: string[];
}

/** The one line programs wait for (`--json`). */
export function readyLine({ url, dataDir, token, owner: { email, password, passwordFile } }: Ready): string {
  return JSON.stringify({ event: 'ready', url, dataDir, token, owner: { email, password, passwordFile } });
}

/** What a person needs to go on. The owner's password is shown at the first start only. */
export function readyText({ url, dataDir, filesDir, token, owner, models, firstWorkflowId, keptTemplates }: Ready): string {
  const login = owner.isNew ? `${owner.email}  password ${owner.password}  (shown once; kept in ${owner.passwordFile})` : `${owner.email}  (password in ${owner.passwordFile})`;
  const kept = keptTemplates.length > 0 ? [`Kept      your edited templates: ${keptTemplates.join(', ')}`] : [];
  return [
    '',
    // Not n8n's own start page: that one is about n8n's assistant.
    `Editor    ${url}${firstWorkflowId === undefined ? '/home/workflows' : `/workflow/${firstWorkflowId}`}`,
    `Log in    ${login}`,
    `HTTP      ${url}/webhook/aios/tasks`,
    `  curl -X POST ${url}/webhook/aios/tasks -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' -d '{"goal":"Write a haiku about queues into haiku.md"}'`,
    `Files     ${filesDir}/<run id>`,
    `Data      ${dataDir}`,
    ...kept,
    models,
    '',
    'Ctrl-C stops it.',
  ].join('\n');
}
