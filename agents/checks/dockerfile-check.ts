import type { Check } from '../../runs';
import { failed, passed, type CheckOutcome } from './check-outcome';

/** Dockerfile reference, read 2026-11-21. */
const INSTRUCTIONS = ['ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'MAINTAINER', 'ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'];
const EXEC_FORM = ['CMD', 'ENTRYPOINT', 'RUN', 'SHELL', 'VOLUME', 'ADD', 'COPY'];
const HEREDOC = /<<-?(["']?)([A-Za-z_]\w*)\1/g;

interface Instruction {
  name: string;
  rest: string;
  line: number;
}

/** The file is a Dockerfile that a build can read; what its commands do is not looked at. */
export function checkDockerfile({ path }: Check, content: string): CheckOutcome {
  const instructions = instructionsIn(content);
  const fault = firstFault(instructions);
  if (fault !== undefined) return failed(`${path} ${fault}`);
  const stages = instructions.filter(({ name }) => name === 'FROM').length;
  return passed(`${path} is a Dockerfile with ${instructions.length} instructions in ${stages} stage${stages === 1 ? '' : 's'}`);
}

function instructionsIn(content: string): Instruction[] {
  const found: Instruction[] = [];
  const escape = /^\s*#\s*escape\s*=\s*`/im.test(content) ? '`' : '\\';
  const lines = content.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    if (/^\s*(#|$)/.test(lines[at]!)) continue;
    const line = at + 1;
    let text = lines[at]!;
    for (; text.trimEnd().endsWith(escape) && at + 1 < lines.length; at++) text = `${text.trimEnd().slice(0, -1)} ${/^\s*#/.test(lines[at + 1]!) ? escape : lines[at + 1]!}`;
    const [, name = '', rest = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
    found.push({ name: name.toUpperCase(), rest: rest.trim(), line });
    if (!/^(RUN|COPY|ADD)$/i.test(name)) continue;
    for (const [, , word] of rest.matchAll(HEREDOC)) {
      const end = lines.findIndex((candidate, index) => index > at && candidate.trim() === word);
      if (end < 0) found.push({ name: '<<', rest: word!, line });
      else at = end;
    }
  }
  return found;
}

function firstFault(instructions: readonly Instruction[]): string | undefined {
  const first = instructions.find(({ name }) => name !== 'ARG');
  if (!first) return 'has no instructions';
  for (const { name, rest, line } of instructions) {
    if (name === '<<') return `line ${line}: the text that begins with <<${rest} has no end`;
    if (!INSTRUCTIONS.includes(name)) return `line ${line}: ${name.slice(0, 40)} is no instruction`;
    if (rest === '') return `line ${line}: ${name} needs something behind it`;
    if (EXEC_FORM.includes(name) && /^\[\s*"/.test(rest) && !isTexts(rest)) return `line ${line}: ${name} has a list that is no JSON`;
    if (name === 'FROM' && !/^(--platform=\S+\s+)?\S+(\s+as\s+[a-z0-9][\w.-]*)?$/i.test(rest)) return `line ${line}: FROM must be an image, with "AS name" or nothing behind it`;
    if ((name === 'COPY' || name === 'ADD') && !rest.startsWith('[') && rest.split(/\s+/).filter((part) => !part.startsWith('--')).length < 2) return `line ${line}: ${name} needs a source and a target`;
    if (name === 'EXPOSE' && !/^(\S*\$\S*|\d+(-\d+)?(\/(tcp|udp|sctp))?|\s+)+$/i.test(rest)) return `line ${line}: EXPOSE needs port numbers`;
  }
  return first.name === 'FROM' ? undefined : `line ${first.line}: the first instruction must be FROM, not ${first.name}`;
}

function isTexts(text: string): boolean {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((item) => typeof item === 'string');
  } catch {
    return false;
  }
}
