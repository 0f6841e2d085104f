import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import type { MemoryKind, Provenance, RecallRequest, Remembrance, Scope } from '../../memory';
import { writtenNumber } from '../shared/written-number';
import { isTool } from './as-tool';
import { readDocuments, type DocumentLoader } from './documents';
import { kindsIn, momentMsOf } from './written';
import { nameIn } from '../shared/written-name';
import { writtenChoice, writtenPrivacy } from '../shared/written-choice';
import { truthOf, writtenTruth } from '../shared/written-truth';
import { alsoTeamField, lookInField, scopeField } from './fields';

const HOUR_MS = 3_600_000;
const PROVENANCE = ['user', 'project', 'role', 'runId', 'source'] as const;

export async function remembrances(context: IExecuteFunctions, itemIndex: number): Promise<Remembrance[]> {
  const { keepForHours, ...options } = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const shared = {
    kind: context.getNodeParameter('kind', itemIndex) as MemoryKind,
    scope: scopeOf(context, itemIndex, scopeField) ?? { level: 'team' as const },
    privacy: writtenPrivacy(context, context.getNodeParameter('privacy', itemIndex), itemIndex),
    ...(keepForHours !== undefined && { keptMs: keptMsOf(context, keepForHours, itemIndex) }),
  };
  const provenance: Provenance = { ...filled(context, options, itemIndex), workflowId: context.getWorkflow().id };
  const loader = isTool(context) ? undefined : ((await context.getInputConnectionData(NodeConnectionTypes.AiDocument, itemIndex)) as DocumentLoader | undefined);
  if (!loader) return [{ ...shared, text: textOf(context, 'text', itemIndex), provenance }];
  const documents = await readDocuments(loader, context.getInputData()[itemIndex]!, itemIndex);
  return documents.map(({ text, source, part }) => ({ ...shared, text, provenance: { source, part, ...provenance } }));
}

function keptMsOf(context: IExecuteFunctions, written: unknown, itemIndex: number): number {
  const hours = writtenNumber(context, written, 'Keep for (Hours)', itemIndex);
  if (hours > 0) return hours * HOUR_MS;
  throw new NodeOperationError(context.getNode(), `A memory cannot be kept for ${hours} hours.`, { itemIndex, description: 'Give more than 0, or remove "Keep for (Hours)": it is then kept as long as its kind.' });
}

export function recallRequest(context: IExecuteFunctions, itemIndex: number): RecallRequest {
  const scope = scopeOf(context, itemIndex);
  const alsoTeam = writtenTruth(context, alsoTeamField, itemIndex);
  const kinds = kindsIn(context, itemIndex);
  return {
    query: textOf(context, 'query', itemIndex),
    ...(scope && { scopes: alsoTeam && scope.level !== 'team' ? [scope, { level: 'team' }] : [scope] }),
    ...(kinds && { kinds }),
    upTo: writtenPrivacy(context, context.getNodeParameter('upTo', itemIndex), itemIndex, 'Privacy Up To'),
    filter: filterOf(context, itemIndex),
  };
}

/** The conditions of "Filter". One that is added and left empty (an expression that found nothing) would let everything through. */
export function filterOf(context: IExecuteFunctions, itemIndex: number): NonNullable<RecallRequest['filter']> {
  const filter = context.getNodeParameter('filter', itemIndex, {}) as IDataObject;
  const empty = Object.keys(filter).filter((name) => String(filter[name] ?? '').trim() === '');
  if (empty.length > 0) throw new NodeOperationError(context.getNode(), `The filter has an empty condition: "${empty.join('", "')}".`, { itemIndex, description: 'Without it every memory would be meant. Give it a value (look what its expression finds), or remove it from "Filter".' });
  const moment = (name: string, label: string) => (filter[name] === undefined ? {} : { [`${name}Ms`]: momentMsOf(context, filter[name], label, itemIndex) });
  return { ...filled(context, filter, itemIndex), ...moment('createdAfter', 'Created After'), ...moment('createdBefore', 'Created Before') };
}

/** undefined: every scope. @param field what may be chosen: nothing is remembered for every scope */
export function scopeOf(context: IExecuteFunctions, itemIndex: number, field = lookInField): Scope | undefined {
  const level = writtenChoice(context, context.getNodeParameter(field.name, itemIndex), field, itemIndex) as Scope['level'] | 'all';
  if (level === 'all') return undefined;
  if (level === 'team') return { level };
  const of = textOf(context, 'scopeOf', itemIndex);
  if (of === '') throw new NodeOperationError(context.getNode(), `No ${level} is named.`, { itemIndex, description: `Fill in "Project, Role or User" with the ${level}.` });
  return { level, of };
}

export function handOffRequest(context: IExecuteFunctions, itemIndex: number) {
  return {
    from: textOf(context, 'from', itemIndex),
    to: textOf(context, 'to', itemIndex),
    package: parsed(context.getNodeParameter('package', itemIndex)),
    privacy: writtenPrivacy(context, context.getNodeParameter('privacy', itemIndex), itemIndex),
    check: truthOf(context, context.getNodeParameter('check', itemIndex), 'Check the New Holder', itemIndex),
  };
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function textOf(context: IExecuteFunctions, name: string, itemIndex: number): string {
  const value = context.getNodeParameter(name, itemIndex, '');
  return (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '')).trim();
}

function filled(context: IExecuteFunctions, given: IDataObject, itemIndex: number): { [Key in (typeof PROVENANCE)[number]]?: string } {
  return Object.fromEntries(PROVENANCE.flatMap((name) => (given[name] === undefined || given[name] === '' ? [] : [[name, nameIn(context, { name, value: given[name] }, itemIndex)]])));
}
