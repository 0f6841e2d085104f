import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { MemoryFilter } from '../../memory';
import type { Team } from '../../team';
import { whatField } from './fields';
import type { Notices } from './notices';
import { filterOf, scopeOf } from './requests';
import { kindsIn, numberIn } from './written';
import { writtenChoice } from '../shared/written-choice';
import { nameIn } from '../shared/written-name';

export async function forgetOrCount(context: IExecuteFunctions, { memory }: Team, notices: Notices, itemIndex: number): Promise<IDataObject> {
  const what = writtenChoice(context, context.getNodeParameter('what', itemIndex), whatField, itemIndex) as 'count' | 'forget' | 'countUser' | 'erase';
  const expected = () => numberIn(context, 'expected', 'Expected Count', itemIndex);
  if (what === 'count') {
    const found = await memory.count(forgetFilter(context, itemIndex));
    if (found > 0) notices.say(`To forget exactly ${found === 1 ? 'this one' : `these ${found}`}: <b>What to Do: Forget</b>, and <b>Expected Count</b> ${found}. To see them first, use <b>Recall</b> with the same filter.`);
    return { found };
  }
  if (what === 'forget') return { forgotten: await memory.forget(forgetFilter(context, itemIndex), expected()) };
  const user = nameIn(context, { name: 'user', value: context.getNodeParameter('user', itemIndex) }, itemIndex);
  if (what === 'countUser') {
    const found = await memory.erasure.count(user);
    const all = found.memories + found.sessions + found.runs;
    if (all > 0) notices.say(`To erase all of it: <b>What to Do: Erase User</b>, and <b>Expected Count</b> ${all}.`);
    return { user, found: all, ...found };
  }
  return { erased: true, ...(await memory.erasure.erase(user, expected())) };
}

function forgetFilter(context: IExecuteFunctions, itemIndex: number): MemoryFilter {
  const scope = scopeOf(context, itemIndex);
  const kinds = kindsIn(context, itemIndex);
  const { ids } = context.getNodeParameter('filter', itemIndex, {}) as IDataObject;
  // A list that names none means none, not all.
  const only = ids !== undefined && String(ids).split(',').map((id) => id.trim()).filter((id) => id !== '');
  return { ...filterOf(context, itemIndex), ...(scope && { scopes: [scope] }), ...(kinds && { kinds }), ...(only && { ids: only }) };
}
