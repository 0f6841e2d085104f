import type { Check } from '../../runs';
import { failed, passed, type CheckOutcome } from './check-outcome';

/** How a statement may begin, in any of the dialects in use. */
const BEGINNINGS = /^(select|insert|update|delete|create|alter|drop|with|begin|commit|rollback|savepoint|release|start|set|grant|revoke|comment|truncate|merge|replace|upsert|use|pragma|explain|analyze|vacuum|do|call|exec|execute|declare|copy|values|table|show|describe|lock|unlock|reindex|refresh|attach|detach|end|if|return|print|go|delimiter|\\)/i;

/** Comments and quoted texts of all dialects: `''`, `""`, backticks, `[names]` and dollar quotes. */
const TOKEN = /--[^\n]*|#(?!>)[^\n]*\n|\/\*[\s\S]*?\*\/|'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\$([A-Za-z_]*)\$[\s\S]*?\$\1\$|\/\*|['"`]|[();]|[^\s();'"`/$#-]+|\S/g;

interface Reading {
  statements: string[];
  fault?: string;
}

/** The file is SQL whose texts, brackets and statements are whole. Whether a database takes it depends on the database. */
export function checkSql({ path }: Check, content: string): CheckOutcome {
  const { statements, fault } = read(content);
  if (fault !== undefined) return failed(`${path} ${fault}`);
  if (statements.length === 0) return failed(`${path} has no statement`);
  const strange = statements.find((statement) => !BEGINNINGS.test(statement));
  if (strange !== undefined) return failed(`${path}: no SQL statement begins with ${JSON.stringify(strange.slice(0, 60))}`);
  const hollow = statements.find((statement) => /^create\s+(temp(orary)?\s+)?table\b/i.test(statement) && !/\(|\b(as|like|of|using)\b/i.test(statement));
  if (hollow !== undefined) return failed(`${path}: a table without columns: ${JSON.stringify(hollow.slice(0, 60))}`);
  return passed(`${path} holds ${statements.length} SQL statement${statements.length === 1 ? '' : 's'}`);
}

function read(content: string): Reading {
  const statements: string[] = [];
  let words: string[] = [];
  let depth = 0;
  for (const match of content.replace(/^\uFEFF/, '').matchAll(TOKEN)) {
    const token = match[0];
    const line = () => content.slice(0, match.index).split('\n').length;
    if (token === '/*' || /^['"`]$/.test(token)) return { statements, fault: `line ${line()}: the ${token === '/*' ? 'comment' : `text that begins with ${token}`} has no end` };
    if (/^(--|\/\*|#)/.test(token)) continue;
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (depth < 0) return { statements, fault: `line ${line()}: a bracket is closed that was never opened` };
    if (token === ';') {
      if (depth > 0) return { statements, fault: `line ${line()}: a statement ends before its bracket is closed` };
      if (words.length > 0) statements.push(words.join(' '));
      words = [];
    } else if (words.length < 40) words.push(token);
  }
  if (depth > 0) return { statements, fault: 'ends before its last bracket is closed' };
  return { statements: words.length > 0 ? [...statements, words.join(' ')] : statements };
}
