/** What a page says, fit for a model. */
export interface WebPage {
  /** Where it was found, redirects followed. */
  address: string;
  title?: string;
  /** Markdown where the page was HTML; otherwise as it came. */
  text: string;
}

export interface SearchHit {
  title: string;
  address: string;
  snippet: string;
}

export interface SearchHits {
  hits: SearchHit[];
  /** Search engines that did not answer, named by the search service. */
  silent: string[];
}

/** The public web. Nothing internal can be reached by it, whatever a model, a page or a name server says. */
export interface WebPages {
  /**
   * @throws {WebAddressRefusedError} when the address, or one it is sent on to, is not of the public web
   * @throws {WebPageError} when there is no page of text to be had
   */
  read(address: string, signal: AbortSignal): Promise<WebPage>;
}

/** The search service the user has named. */
export interface WebSearch {
  /** @throws {WebSearchError} */
  search(query: string, signal: AbortSignal): Promise<SearchHits>;
}
