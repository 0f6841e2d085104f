import type { DoctorCheck } from '../report';

/** node:sqlite without a flag, with FTS5. */
const OLDEST = [22, 16] as const;

/** The Node that runs this very code: n8n's, or the command line's. */
export function checkNode(version: string = process.versions.node): DoctorCheck {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  const base = { service: 'node', title: 'Node.js', version } as const;
  if (!isOld) return { ...base, status: 'ok', detail: `on ${process.platform} ${process.arch}.` };
  return { ...base, status: 'failed', detail: `is too old; ${OLDEST.join('.')} or newer is needed.`, todo: `Update Node.js to ${OLDEST.join('.')} or newer.` };
}
