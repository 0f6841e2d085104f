// One measurement in a process of its own: loads the files named on the command line as n8n's loader does
// (n8n-core 2.41.1, directory-loader.js: a new context, `new (require(file).Class)()`, the codex beside it).
const { existsSync } = require('node:fs');
const { basename } = require('node:path');
const { Script, createContext } = require('node:vm');

// n8n has this in memory before it looks at any package.
require('n8n-workflow');

const context = createContext({ require });
const started = performance.now();
for (const file of process.argv.slice(2)) {
  const className = basename(file).split('.')[0];
  new Script(`new (require(${JSON.stringify(file)}).${className})()`).runInContext(context);
  const codex = file.replace(/\.js$/, '.json');
  if (existsSync(codex)) require(codex);
}
const loadMs = performance.now() - started;
process.stdout.write(JSON.stringify({ loadMs, rssMb: process.memoryUsage().rss / 1024 / 1024 }));
