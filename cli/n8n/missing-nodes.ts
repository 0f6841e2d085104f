import type { N8nClient } from './client';
import { isOurNode, type Template } from './templates';

/** An icon of n8n itself: where it is not served, the icons of ours say nothing. */
const ICON_OF_N8N = '/icons/n8n-nodes-base/dist/nodes/Webhook/webhook.svg';

/**
 * Types of our nodes in the templates that the n8n does not have; undefined when that cannot be known (an n8n without its editor).
 *
 * n8n shows its list of nodes only to a logged-in browser, and tells API keys of an unknown node at publishing alone.
 * But the icons of loaded nodes are served to everybody.
 */
export async function missingNodes(client: N8nClient, templates: readonly Template[]): Promise<string[] | undefined> {
  const types = [...new Set(templates.flatMap(({ body }) => body.nodes.filter(isOurNode).map(({ type }) => type)))];
  const served = await Promise.all(types.map(async (type) => await client.serves(iconOf(type))));
  const missing = types.filter((_type, index) => !served[index]);
  if (missing.length > 0 && !(await client.serves(ICON_OF_N8N))) return undefined;
  return missing;
}

/** As the build lays it down: nodes/CtoAgent/cto-agent.svg for n8n-nodes-aios.ctoAgent, and for the ctoAgentTool n8n makes of it. */
function iconOf(type: string): string {
  const [packageName, typeName] = type.split('.') as [string, string];
  const name = typeName.replace(/(?<=.)Tool$/, '');
  const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `/icons/${packageName}/dist/nodes/${name[0]!.toUpperCase()}${name.slice(1)}/${kebab}.svg`;
}
