/**
 * What routing saves against asking the cloud model always: `npm run bench:savings`.
 * Complexity by cross-validation only, the choice by the router's own rule, prices from the catalog's list. Exit 1 when a limit is missed, 2 without rows.
 */
import { lessonsFrom } from '../../scripts/fit-complexity/fit';
import { NO_ROWS, publicRows } from '../../scripts/fit-complexity/rows';
import { crossJudged } from './router/judged';
import { CLOUD_MODEL, LOCAL_MODEL, savings } from './router/savings';

const LIMITS = { saved: 0.3, quality: 0.95 };

function main(): number {
  const rows = publicRows();
  if (!rows) return (process.stderr.write(`${NO_ROWS}\n`), 2);
  const sets = [rows.mmlu, rows.gsm8k, rows.ulab];
  const [mmlu, gsm8k, ulab] = crossJudged(lessonsFrom(rows), sets, 5, 11).map(({ complexity }) => complexity);
  const mixes = {
    'exams: MMLU 4,000 + GSM8K 400': { rows: [...rows.mmlu, ...rows.gsm8k], complexity: [...mmlu!, ...gsm8k!] },
    'MMLU alone': { rows: rows.mmlu, complexity: mmlu! },
    'GSM8K alone': { rows: rows.gsm8k, complexity: gsm8k! },
    'ULAB, 14 tasks': { rows: rows.ulab, complexity: ulab! },
  };
  process.stdout.write(`Local ${LOCAL_MODEL} (outcomes of the weak model), cloud ${CLOUD_MODEL.name} (outcomes and share of the strong model)\n\n| mix | preset | to the cloud | saved | quality kept |\n|---|---|---|---|---|\n`);
  let isWithin = false;
  Object.entries(mixes).forEach(([name, mix], at) => (['balanced', 'localFirst'] as const).forEach((preset) => {
    const { cloudShare, saved, quality } = savings(mix.rows, mix.complexity, preset);
    process.stdout.write(`| ${name} | ${preset} | ${percent(cloudShare)} | ${percent(saved)} | ${percent(quality)} |\n`);
    if (at === 0 && preset === 'balanced') isWithin = saved >= LIMITS.saved && quality >= LIMITS.quality;
  }));
  process.stdout.write(`\nLimits for the exams with Balanced: at least ${percent(LIMITS.saved)} saved at ${percent(LIMITS.quality)} of the quality: ${isWithin ? 'met' : 'missed'}\n`);
  return isWithin ? 0 : 1;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

process.exitCode = main();
