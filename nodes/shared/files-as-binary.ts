import { extname, posix } from 'node:path';
import type { IBinaryData, IBinaryKeyData, IExecuteFunctions } from 'n8n-workflow';
import type { Team } from '../../team';
import type { StoredFile } from '../../workspace';

/** What agents deliver is text; these kinds of it have a name of their own. n8n's own guess makes a video of `.ts`. */
const MIME_TYPES: Record<string, string> = {
  '.cjs': 'text/javascript',
  '.css': 'text/css',
  '.csv': 'text/csv',
  '.htm': 'text/html',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.jsx': 'text/javascript',
  '.md': 'text/markdown',
  '.mjs': 'text/javascript',
  '.py': 'text/x-python',
  '.sh': 'text/x-shellscript',
  '.sql': 'application/sql',
  '.svg': 'image/svg+xml',
  '.ts': 'text/x-typescript',
  '.tsx': 'text/x-typescript',
  '.xml': 'application/xml',
  '.yaml': 'application/yaml',
  '.yml': 'application/yaml',
};

/** The files of a run as n8n's binary data, under the keys `file_0`, `file_1`, …, in the order of `files`. */
export async function filesAsBinary(context: IExecuteFunctions, team: Team, runId: string, files: StoredFile[]): Promise<IBinaryKeyData | undefined> {
  if (files.length === 0) return undefined;
  const entries: IBinaryKeyData = {};
  for (const [index, { path }] of files.entries()) {
    const content = await team.files.read(runId, path);
    entries[`file_${index}`] = await asBinary(context, path, content);
  }
  return entries;
}

/** A zero byte makes it no text; then n8n guesses by the name. */
export async function asBinary(context: IExecuteFunctions, path: string, content: Buffer): Promise<IBinaryData> {
  const isText = !content.subarray(0, 8_000).includes(0);
  const mimeType = isText ? (MIME_TYPES[extname(path).toLowerCase()] ?? 'text/plain') : undefined;
  return { ...(await context.helpers.prepareBinaryData(content, posix.basename(path), mimeType)), directory: posix.dirname(path) };
}
