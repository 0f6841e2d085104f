import { randomBytes } from 'node:crypto';
import { type JsonValue, visibleText } from '../kernel';
import type { Approval } from '../runs';

export interface Page {
  html: string;
  headers: Record<string, string>;
}

/**
 * One approval as a page: what is asked, exactly, and a form that needs an approver's token. Without scripts, and shut off from n8n's own origin:
 * what is shown may come from a model.
 *
 * @param refused why the decision that was just sent was not taken
 */
export function approvalPage(approval: Approval, refused?: { message: string; hint?: string }): Page {
  const { title, askedBy, status, hash, action, expiresAtMs, decision } = approval;
  const until = new Date(expiresAtMs).toISOString().slice(0, 16).replace('T', ' ');
  const fate = decision ? `${status === 'rejected' ? 'Rejected' : 'Approved'} by ${decision.by}${decision.reason ? `: ${decision.reason}` : '.'}` : { open: '', expired: 'Nobody decided in time: the answer is no.', withdrawn: 'Not asked any more.' }[status as string] ?? '';
  return page(
    title,
    `${refused ? `<p role="alert"><strong>Not decided.</strong> ${shown(refused.message)} ${shown(refused.hint ?? '')}</p>\n` : ''}<h1><bdi>${shown(title)}</bdi></h1>
<p>Asked for by <bdi>${shown(askedBy)}</bdi>. ${status === 'open' ? `Open until ${until} UTC.` : shown(fate)}</p>
<pre>${shownJson(action.details)}</pre>
<p class="hash">${hash}</p>
${status === 'open' ? form(approval) : ''}`,
  );
}

export function problemPage({ message, hint }: { message: string; hint?: string }): Page {
  return page('Not decided', `<h1>Not decided</h1>\n<p>${shown(message)}</p>\n<p>${shown(hint ?? '')}</p>`);
}

/** Before the token is known nothing is shown. @param id as it stood in the link */
export function tokenPage(id: string): Page {
  return page(
    'Approval',
    `<h1>An approval waits</h1>
<form method="post">
<input type="hidden" name="id" value="${shown(id)}">
${TOKEN_FIELD}
<button>Show it</button>
</form>
<details><summary>I have no token yet</summary><form method="get"><label>Your name <input type="text" name="new" required maxlength="60"></label><button>Make one</button></form></details>`,
  );
}

/** @param entry for AIOS_APPROVERS */
export function newTokenPage({ token, entry }: { token: string; entry: string }): Page {
  return page(
    'A new token',
    `<h1>A new token</h1>
<p>Yours alone. Keep it in your password manager; it is not shown again:</p>
<pre>${shown(token)}</pre>
<p>It gives no right yet. Send this line, which is no secret, to whoever runs n8n, by a way that shows it is from you:</p>
<pre>${shown(entry)}</pre>
<p>It belongs into AIOS_APPROVERS in the environment of n8n; several lines are separated by ";".</p>`,
  );
}

const TOKEN_FIELD = '<label>Your approver token <input type="password" name="token" required autocomplete="current-password"></label>';

function form({ id, hash, action }: Approval): string {
  return `<form method="post">
<input type="hidden" name="id" value="${id}"><input type="hidden" name="hash" value="${hash}">
${choices(action)}
${TOKEN_FIELD}
<label>Reason <input type="text" name="reason" maxlength="2000"></label>
<button name="decision" value="approve">Approve</button> <button name="decision" value="reject">Reject</button>
</form>`;
}

/** What an approver may change, by kind. */
function choices({ kind, details }: Approval['action']): string {
  if (kind === 'task') {
    return `<label>If you approve <select name="then"><option value="retry">Try again</option><option value="accept">Take it as it is</option><option value="skip">Go on without it</option></select></label>
<label>Hint for the next try <textarea name="hint" rows="3" maxlength="4000"></textarea></label>`;
  }
  if (kind !== 'plan') return '';
  const { summary, tasks } = details.plan as { summary: string; tasks: unknown };
  return `<details><summary>Change the plan first</summary><textarea name="edited" rows="20">${shown(JSON.stringify({ summary, tasks }, undefined, 2))}</textarea></details>`;
}

function page(title: string, body: string): Page {
  const nonce = randomBytes(16).toString('base64');
  return {
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${shown(title)}</title>
<style nonce="${nonce}">body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #8886;border-radius:6px;padding:1rem}label{display:block;margin:.6rem 0}input,textarea,select{font:inherit;width:100%;box-sizing:border-box}button{font:inherit;padding:.4rem 1.2rem;margin-top:.6rem}.hash{font:12px monospace;opacity:.6;overflow-wrap:anywhere}</style></head>
<body>
${body}
</body></html>`,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': `sandbox allow-forms; default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`,
    },
  };
}

/** Letters written from right to left, which pull what stands beside them to their other side. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** JSON as text; a string in Arabic or Hebrew moves nothing but itself. */
function shownJson(value: JsonValue): string {
  const text = JSON.stringify(value, undefined, 2);
  if (!RIGHT_TO_LEFT.test(text)) return shown(text);
  return text.split(/("(?:[^"\\]|\\.)*")/).map((part) => (RIGHT_TO_LEFT.test(part) ? `<bdi>${shown(part)}</bdi>` : shown(part))).join('');
}

/** As text, with the characters that hide or reorder what stands around them written out: a person must see what he approves. */
function shown(text: string): string {
  return visibleText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
