import { Document } from 'yaml';
import { budgetsForFile } from './budgets-schema';
import { limitsForFile } from './limits-schema';
import type { ModelsFile } from './schema';

const HEADER = ' Models of an AIOS team: docs/models-file.md. Prices are USD per million tokens. Keys never stand here.';

/** The file as YAML that `readModelsFile` reads back to the same value. */
export function writeModelsFile({ models, assign, presets, budgets, limits, experiments }: ModelsFile): string {
  const document = new Document({
    models: models.map(({ useFor, contextTokens, ...entry }) => ({ ...entry, ...(contextTokens !== undefined && { context_tokens: contextTokens }), ...(useFor && { use_for: useFor }) })),
    ...(Object.keys(assign).length > 0 && { assign }),
    ...(Object.keys(presets).length > 0 && { presets }),
    ...(experiments.length > 0 && { experiments }),
    ...(budgets.length > 0 && { budgets: budgetsForFile(budgets) }),
    ...(Object.keys(limits).length > 0 && { limits: limitsForFile(limits) }),
  });
  document.commentBefore = HEADER;
  return document.toString({ lineWidth: 0 });
}
