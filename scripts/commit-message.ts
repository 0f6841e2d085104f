export const COMMIT_TYPES = ['feat', 'fix', 'docs', 'test', 'refactor', 'perf', 'build', 'ci', 'chore', 'style', 'revert'];

const LONGEST_SUBJECT = 120;
/** https://www.conventionalcommits.org/en/v1.0.0/, with one type and scopes that are our folders and topics. */
const CONVENTIONAL = /^(?<type>[a-z]+)(\((?<scope>[a-z0-9-]+(, ?[a-z0-9-]+)*)\))?!?: (?<text>\S.*)$/;

/** What is wrong with the first line of a commit message; nothing when it is conventional. */
export function commitFindings(subject: string): string[] {
  const match = CONVENTIONAL.exec(subject);
  if (!match) return ['should read like "feat(router): what is new for whom"'];
  const { type, text } = match.groups!;
  return [
    ...(COMMIT_TYPES.includes(type!) ? [] : [`"${type}" is none of ${COMMIT_TYPES.join(', ')}`]),
    ...(subject.length > LONGEST_SUBJECT ? [`has ${subject.length} characters; ${LONGEST_SUBJECT} are enough`] : []),
    ...(text!.endsWith('.') ? ['ends with a full stop'] : []),
  ];
}
