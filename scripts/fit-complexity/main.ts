/** Fits the complexity model to the public rows and the labelled requests: `npm run fit:complexity`. Figures: `npm run bench:router`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fitModel, lessonsFrom, storedModel } from './fit';
import { NO_ROWS, publicRows } from './rows';

const FILE = join(__dirname, '../../router/complexity-model/weights.json');
const rows = publicRows();
if (rows) {
  const text = storedModel(fitModel(lessonsFrom(rows)));
  writeFileSync(FILE, text);
  process.stdout.write(`${FILE}: ${(Buffer.byteLength(text) / 1_024).toFixed(1)} KB\n`);
} else {
  process.stderr.write(`${NO_ROWS}\n`);
  process.exitCode = 2;
}
