import { extname, posix } from 'node:path';
import type { IBinaryKeyData, IExecuteFunctions } from 'n8n-workflow';
import type { Team } from '../../team';
import type { StoredFile } from '../../workspace';

// n8n knows most types by the file's extension; these it gets wrong (.ts is a video to it) or not at all.
const MIME_TYPES: Record<string, string> = {
  '.cjs': 'text/javascript',
  '.js': 'text/javascript',
  '.jsx': 'text/javascript',
  '.md': 'text/markdown',
  '.mjs': 'text/javascript',
  '.py': 'text/x-python',
  '.sh': 'text/x-shellscript',
  '.toml': 'text/plain',
  '.ts': 'text/x-typescript',
  '.tsx': 'text/x-typescript',
  '.yaml': 'application/yaml',
  '.yml': 'application/yaml',
};

/** The files of a run as n8n's binary data, under the keys `file_0`, `file_1`, …, in the order of `files`. */
export async function filesAsBinary(context: IExecuteFunctions, team: Team, runId: string, files: StoredFile[]): Promise<IBinaryKeyData | undefined> {
  if (files.length === 0) return undefined;
  const entries: IBinaryKeyData = {};
  for (const [index, { path }] of files.entries()) {
    const content = await team.files.read(runId, path);
    entries[`file_${index}`] = await context.helpers.prepareBinaryData(content, posix.basename(path), MIME_TYPES[extname(path).toLowerCase()]);
    entries[`file_${index}`]!.directory = posix.dirname(path);
  }
  return entries;
}
