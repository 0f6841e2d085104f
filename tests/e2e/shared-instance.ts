import { N8nInstance, type InstanceFacts } from '../support/n8n-instance';

export const INSTANCE_VARIABLE = 'AIOS_E2E_INSTANCE';

export interface SharedInstance {
  stopSharedInstance?: () => Promise<void>;
}

/** The n8n that jest's global set-up started. */
export function sharedInstance(): N8nInstance {
  return new N8nInstance(JSON.parse(process.env[INSTANCE_VARIABLE]!) as InstanceFacts);
}
