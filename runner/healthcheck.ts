/** Ends with 0 when the runner answers. */
import { request } from 'node:http';

const listen = process.env.RUNNER_LISTEN ?? '8765';
const place = /^\d+$/.test(listen) ? { host: '127.0.0.1', port: Number(listen) } : { socketPath: listen };
const asked = request({ ...place, path: '/health', timeout: 4_000 }, (response) => process.exit(response.statusCode === 200 ? 0 : 1));
asked.on('error', () => process.exit(1));
asked.on('timeout', () => process.exit(1));
asked.end();
