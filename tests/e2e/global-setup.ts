import { startN8nInstance } from '../support/n8n-instance';
import { INSTANCE_VARIABLE, type SharedInstance } from './shared-instance';

/** One n8n for all end-to-end tests: starting it is the slowest thing they do. */
export default async function startSharedInstance(): Promise<void> {
  const { stop, ...facts } = await startN8nInstance();
  process.env[INSTANCE_VARIABLE] = JSON.stringify(facts);
  (globalThis as SharedInstance).stopSharedInstance = stop;
}
