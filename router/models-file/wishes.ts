import type { CatalogModel } from '../model-driver';
import type { ModelRequest, RequestFacts } from '../request';
import type { Assignment, ModelsFile } from './schema';

/** The role's own assignment in the models file, else what the role itself wishes, else the file's for all roles. Roles are compared without regard to case. */
export function assignmentFor({ role, roleWish }: Pick<RequestFacts, 'role' | 'roleWish'>, { assign }: ModelsFile): Assignment | undefined {
  const of = (wanted: string) => Object.entries(assign).find(([name]) => name.trim().toLowerCase() === wanted)?.[1];
  const [primary, ...fallback] = roleWish?.models ?? [];
  const wished = primary === undefined ? undefined : { primary, fallback, temperature: roleWish?.temperature };
  const assigned = (role === undefined ? undefined : of(role.trim().toLowerCase())) ?? wished ?? of('default');
  // A role that wishes a temperature and no model keeps the models assigned to all.
  return assigned && roleWish?.temperature !== undefined && assigned.temperature === undefined ? { ...assigned, temperature: roleWish.temperature } : assigned;
}

/** Does one of the words the model is to be used for fit this request: its role, or what kind of request it is? */
export function isMeantFor({ useFor = [] }: CatalogModel, { facts, tools, schema, messages }: ModelRequest, complexity: number, intent?: string): boolean {
  if (useFor.length === 0) return false;
  const kinds: Record<string, boolean> = {
    simple: complexity < 0.5,
    complex: complexity >= 0.5,
    tools: Boolean(tools?.length),
    json: schema !== undefined,
    vision: messages.some((message) => 'images' in message && Boolean(message.images?.length)),
  };
  return useFor.map((word) => word.toLowerCase()).some((word) => word === facts.role?.toLowerCase() || word === intent || kinds[word] === true);
}
