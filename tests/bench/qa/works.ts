import { sharedRows } from '../../support/shared-data';
import type { Work } from './measure';

/** Python functions with documentation from the corpus; all of them. @returns undefined when the corpus is not there */
export function documentedWorks(): Work[] | undefined {
  const rows = sharedRows<{ id: string; lang: string; code: string; source: string }>('data/code/benign.jsonl', 'all');
  return rows?.filter(({ lang, code, source }) => lang === 'python' && source.startsWith('HumanEval') && /"""|'''/.test(code)).map(({ id, code }) => ({ id, code }));
}
