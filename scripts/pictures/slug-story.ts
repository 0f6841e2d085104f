import type { JsonObject } from '../../kernel';
import type { Answer } from '../../tests/support/model-servers';

const BACKEND = 'import re\nimport unicodedata\n\n\ndef slug(title):\n    """>>> slug("Crème brûlée!")\n    \'creme-brulee\'\n    """\n    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()\n    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "untitled"\n';
const CODE = 'def slug(title):\n    """>>> slug("Spring sale")\n    \'spring-sale\'\n    """\n    return "-".join(title.lower().split()) or "untitled"\n';

/** Template 15: one of the two forgets accents and punctuation, and the CTO sees it. */
export function slugAnswer(properties: JsonObject, said: string): Answer | undefined {
  if ('choice' in properties) return { json: { choice: 'first', reason: 'The first turns letters with accents into plain ones and drops punctuation, as the job says; the second keeps both.', instructions: null, files: null } };
  if (!('artifacts' in properties)) return undefined;
  return { json: { status: 'done', reason: null, summary: 'Wrote slug.py with an example.', artifacts: [{ path: 'slug.py', content: said.includes('server-side') ? BACKEND : CODE }] } };
}
