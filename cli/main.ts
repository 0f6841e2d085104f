// The `aios` command. Nothing that needs a new Node may load before the version is known to be new enough.
const OLDEST_MAJOR = 22;

void main();

async function main(): Promise<void> {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_MAJOR) {
    process.stderr.write(`aios needs Node ${OLDEST_MAJOR} or newer; this is ${process.versions.node}. In the clone "npm run aios -- …" brings its own.\n`);
    process.exit(2);
  }
  const { startAios } = await import('./start-aios');
  await startAios();
}

export {};
