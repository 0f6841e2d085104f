import type { INodeType, IVersionedNodeType } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(__dirname, '../..');
export const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string; repository: { url: string }; n8n: { nodes: string[]; credentials: string[] } };

/** All nodes package.json names, by the type name a workflow uses, from their sources: `dist/nodes/X.node.js` is `nodes/X.node.ts`. */
export const ourNodeTypes: Record<string, INodeType> = Object.fromEntries(
  packageJson.n8n.nodes.map((file) => {
    const node = newInstance<INodeType>(file);
    return [`${packageJson.name}.${node.description.name}`, node];
  }),
);

export function newInstance<T extends INodeType | IVersionedNodeType | object>(distFile: string): T {
  const exported = require(sourceOf(distFile)) as Record<string, new () => T>;
  return new exported[basename(distFile).split('.')[0]!]!();
}

export function sourceOf(distFile: string): string {
  return join(root, distFile.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
}
