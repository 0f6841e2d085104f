import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

/** n8n's document loaders, with a text splitter below them or not. */
export interface DocumentLoader {
  processItem(item: INodeExecutionData, itemIndex: number): Promise<LoadedDocument[]>;
}

interface LoadedDocument {
  pageContent: string;
  metadata?: IDataObject;
}

/** Something a reader can see; scanned pages may hold fillers alone. */
const SEEN = /[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;
const SOURCE_KEYS = ['source', 'title', 'fileName', 'url', 'name'];

/** What the loader makes of an item; each part knows its document and its place in it. Empty parts are left out. */
export async function readDocuments(loader: DocumentLoader, item: INodeExecutionData, itemIndex: number): Promise<Array<{ text: string; source?: string; part: number }>> {
  const documents = await loader.processItem(item, itemIndex);
  const fileName = Object.values(item.binary ?? {})[0]?.fileName;
  return documents
    .map(({ pageContent, metadata }, part) => ({ text: pageContent, source: sourceIn(metadata) ?? sourceIn(item.json) ?? fileName, part }))
    .filter(({ text }) => SEEN.test(text));
}

/** n8n's loaders call their own kind of source "blob" or "json"; that names no document. */
function sourceIn(facts: IDataObject | undefined): string | undefined {
  const found = SOURCE_KEYS.map((key) => facts?.[key]).find((value) => typeof value === 'string' && value !== '' && value !== 'blob' && value !== 'json');
  return found as string | undefined;
}
