import { spawnSync } from 'node:child_process';
import { commitFindings } from './commit-message';
import { repositoryDir } from './n8n-host/place';

const USAGE = 'Usage: npm run check-commits -- FROM..TO';

/** Are the messages of these commits conventional? Merges are not asked. Exit codes as everywhere: 0 yes, 1 no, 2 a wrong call. */
function main(range: string | undefined): number {
  if (range === undefined || !/^[^-].*\.\./.test(range)) return refuse(USAGE);
  const log = spawnSync('git', ['log', '--no-merges', '--format=%h %s', range], { cwd: repositoryDir, encoding: 'utf8' });
  if (log.status !== 0) return refuse(`git does not know ${range}.\n${USAGE}`);
  const commits = log.stdout.split('\n').filter((line) => line !== '').map((line) => ({ hash: line.slice(0, line.indexOf(' ')), subject: line.slice(line.indexOf(' ') + 1) }));
  const findings = commits.flatMap(({ hash, subject }) => commitFindings(subject).map((finding) => `${hash} "${subject}" ${finding}`));
  for (const finding of findings) process.stderr.write(`${finding}\n`);
  process.stdout.write(`${commits.length} commits, ${findings.length} findings\n`);
  return findings.length === 0 ? 0 : 1;
}

function refuse(text: string): number {
  process.stderr.write(`${text}\n`);
  return 2;
}

process.exitCode = main(process.argv[2]);
