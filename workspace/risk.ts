import type { FileChange } from './workspace';

/** Why a change of files should be looked at by a person. */
export interface Risk {
  /** One line, such as `patch 9 files`. */
  what: string;
  /** Paths that would change, sorted. */
  files: string[];
}

/** What of a change its risk depends on. */
export interface ChangeFacts {
  kind: FileChange['kind'];
  /** Files that would change or vanish. */
  files: string[];
  /** Those of them somebody else wrote last, or nobody of the team. */
  othersFiles: string[];
}

interface RiskRule {
  /** Is it risky whatever it touches? */
  always: boolean;
  /** Is it risky when it touches a file somebody else wrote last? */
  othersFiles: boolean;
  /** Is it risky when it touches more files than this? */
  aboveFiles: number;
}

/** What a person is asked about, as data; the team's policy says whether it is really asked. */
const RISK_RULES: Record<FileChange['kind'], RiskRule> = {
  write: { always: false, othersFiles: true, aboveFiles: Infinity },
  patch: { always: false, othersFiles: true, aboveFiles: 5 },
  delete: { always: true, othersFiles: true, aboveFiles: 0 },
  restore: { always: true, othersFiles: true, aboveFiles: 0 },
  unpack: { always: true, othersFiles: true, aboveFiles: 0 },
};

const VERBS: Record<FileChange['kind'], string> = { write: 'overwrite', patch: 'patch', delete: 'delete', restore: 'take back a commit of', unpack: 'replace from a snapshot' };

export function riskOfChange({ kind, files, othersFiles }: ChangeFacts): Risk | undefined {
  const rule = RISK_RULES[kind];
  if (files.length === 0) return undefined;
  if (!rule.always && !(rule.othersFiles && othersFiles.length > 0) && files.length <= rule.aboveFiles) return undefined;
  const count = files.length === 1 ? files[0]! : `${files.length} files`;
  const others = othersFiles.length > 0 ? ` (${othersFiles.length} last written by somebody else)` : '';
  return { what: `${VERBS[kind]} ${count}${others}`, files: [...files].sort() };
}
