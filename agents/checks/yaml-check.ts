import { parseAllDocuments } from 'yaml';
import type { Check } from '../../runs';
import { failed, passed, type CheckOutcome } from './check-outcome';
import { missingKeys } from './find-keys';

/** The file is YAML, of one or several documents, and one of them has all the keys. */
export function checkYaml(check: Check, content: string): CheckOutcome {
  const parsed = parsedDocuments(content);
  if (!parsed.ok) return failed(`${check.path} is no valid YAML: ${parsed.problem}`);
  const keys = check.keys ?? [];
  const lacking = parsed.documents.map((document) => missingKeys(document, keys)).sort((left, right) => left.length - right.length)[0] ?? keys;
  if (lacking.length > 0) return failed(`${check.path} lacks ${lacking.join(', ')}`);
  const count = parsed.documents.length === 1 ? '' : ` (${parsed.documents.length} documents)`;
  return passed(keys.length > 0 ? `${check.path} is valid YAML with ${keys.join(', ')}${count}` : `${check.path} is valid YAML${count}`);
}

type ParsedDocuments = { ok: true; documents: unknown[] } | { ok: false; problem: string };

function parsedDocuments(content: string): ParsedDocuments {
  try {
    const documents = [...parseAllDocuments(content)];
    const fault = documents.flatMap((document) => document.errors)[0];
    if (fault) return { ok: false, problem: fault.message.split('\n', 1)[0]! };
    if (documents.length === 0 || documents.every((document) => document.contents === null)) return { ok: false, problem: 'it is empty' };
    // toJS resolves aliases and refuses to expand more than 100: a small file must not become a huge value.
    return { ok: true, documents: documents.map((document) => document.toJS() as unknown) };
  } catch (error) {
    return { ok: false, problem: (error as Error).message };
  }
}
