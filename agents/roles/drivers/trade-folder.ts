import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTradeTemplate, type TradeTemplate } from '../trade-templates';
import { shippedFolder } from './role-folders';

let shipped: readonly TradeTemplate[] | undefined;

/** The templates that ship with the package; read once per process. */
export function tradeTemplates(): readonly TradeTemplate[] {
  const folder = shippedFolder('trade');
  shipped ??= readdirSync(folder).filter((name) => name.endsWith('.md')).sort().map((name) => readTradeTemplate(readFileSync(join(folder, name), 'utf8')));
  return shipped;
}
