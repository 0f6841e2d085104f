// Exit 0 when this n8n can work: its database answers and is migrated. A worker answers on its own port, which n8n gives the same default.
const { QUEUE_HEALTH_CHECK_ACTIVE, QUEUE_HEALTH_CHECK_PORT, N8N_PORT } = process.env;
const port = (QUEUE_HEALTH_CHECK_ACTIVE === 'true' && QUEUE_HEALTH_CHECK_PORT) || N8N_PORT || '5678';

const answer = await fetch(`http://127.0.0.1:${port}/healthz/readiness`, { signal: AbortSignal.timeout(4_000) }).catch((error) => error);
if (answer.ok) process.exit(0);
process.stdout.write(`n8n on port ${port}: ${answer.status ?? answer.cause?.code ?? answer.name}\n`);
process.exit(1);
