import { AiosError, shownAddress } from '../../kernel';

/** A page could not be had, or is none that can be read as text. */
export class WebPageError extends AiosError {
  readonly code = 'WEB_PAGE_NOT_READ';
  readonly kind = 'temporary';
  constructor(address: string, why: string, hint = 'Try another page.', cause?: unknown) {
    super(`${shownAddress(address).slice(0, 200)} was not read: ${why}.`, { hint, cause });
  }
}

export class WebSearchError extends AiosError {
  readonly code = 'WEB_SEARCH_FAILED';
  readonly kind = 'temporary';
  constructor(address: string, why: string, hint: string, cause?: unknown) {
    super(`The search at ${shownAddress(address)} gave nothing: ${why}.`, { hint, cause });
  }
}
