import { AiosError, networkReason, type ErrorKind } from '../../kernel';

/** Scopes an API key of n8n needs for everything the installer does. */
export const INSTALL_SCOPES = ['workflow:list', 'workflow:read', 'workflow:create', 'workflow:update', 'workflow:activate', 'credential:list'];

const CERTIFICATE_CODES = ['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_HAS_EXPIRED'];

/** n8n's API refused something; `status` is its HTTP status, 0 when it did not answer. */
export class N8nApiError extends AiosError {
  readonly code = 'N8N_API';
  readonly kind: ErrorKind;

  /** @param request method and address */
  constructor(readonly request: string, readonly status: number, readonly answer: string, cause?: unknown) {
    super(messageOf(request, status, answer, cause), { hint: hintOf(status, cause), cause });
    this.kind = status === 0 || status >= 500 ? 'temporary' : 'user';
  }
}

/** What answers at the address is something else, or a page in front of n8n. */
export class NotN8nError extends AiosError {
  readonly code = 'NOT_N8N';
  readonly kind = 'user';
  constructor(url: string, what: string, hint = 'Give the address the editor has in the browser, without what follows the port or host; a login page in front of n8n must let /api/v1 through.') {
    super(`What answers at ${url} is not n8n's API: ${what}.`, { hint });
  }
}

export class NodesMissingError extends AiosError {
  readonly code = 'NODES_MISSING';
  readonly kind = 'user';
  constructor(url: string, readonly nodeTypes: readonly string[]) {
    super(`The n8n at ${url} does not have the nodes the templates are made of (${nodeTypes.join(', ')}).`, {
      hint: 'Install or update the package first: in n8n, Settings → Community nodes → Install → "n8n-nodes-aios"; in queue mode put it into the image of all processes. Then call this again.',
    });
  }
}

export class CredentialChoiceError extends AiosError {
  readonly code = 'CREDENTIAL_CHOICE';
  readonly kind = 'user';
}

function messageOf(request: string, status: number, answer: string, cause: unknown): string {
  if (status === 0) return `n8n did not answer ${request}: ${reasonOf(cause)}.`;
  if (status === 401) return `n8n refused the API key (401 to ${request}).`;
  if (status === 403) return `The API key may not do this (403 to ${request}): ${answer.slice(0, 200)}`;
  return `n8n answered ${status} to ${request}: ${answer.slice(0, 300)}`;
}

function reasonOf(cause: unknown): string {
  const isTimeout = cause instanceof Error && cause.name === 'TimeoutError';
  return isTimeout ? 'no answer in time' : (networkReason(cause) ?? 'the connection failed');
}

function hintOf(status: number, cause: unknown): string {
  if (status === 0 && isCertificateFault(cause)) return 'If you trust it, name its certificate: NODE_EXTRA_CA_CERTS=<file.pem>. Never switch the check off: the API key goes through this connection.';
  if (status === 0) return 'Check the address (the one the editor has in the browser) and that n8n is running.';
  if (status === 401) return 'Make a key in n8n under Settings → n8n API; one that was copied in part or has expired is refused too.';
  if (status === 403) return `Give the key these scopes in n8n under Settings → n8n API: ${INSTALL_SCOPES.join(', ')}.`;
  return 'The log of n8n says more.';
}

function isCertificateFault(cause: unknown): boolean {
  for (let fault = cause as { code?: unknown; cause?: unknown } | undefined; fault; fault = fault.cause as typeof fault) {
    if (CERTIFICATE_CODES.includes(String(fault.code))) return true;
  }
  return false;
}
