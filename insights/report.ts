import type { ProbeResult } from './probe-store';

/**
 * ok · warning: works, but will not for long or not for all · failed: does not work ·
 * notConfigured: nobody asked for it, and nothing needs it.
 */
export type CheckStatus = 'ok' | 'warning' | 'failed' | 'notConfigured';

export type ServiceName = 'configuration' | 'modelsFile' | 'roles' | 'budgets' | 'node' | 'dataFolder' | 'store' | 'bucket' | 'ollama' | 'anthropic' | 'openAi' | 'rehearsal' | 'redis' | 'sandbox' | 'runner' | 'qdrant' | 'searxng';

/** A chat model as the Doctor shows it. */
export interface DoctorModel {
  /** As the router names it, for instance `ollama/qwen3:8b`. */
  id: string;
  name: string;
  /** False: prompts to it leave this machine. */
  local: boolean;
  /** What the model claims. */
  contextTokens: number;
  tools: boolean;
  vision: boolean;
  /** Of its files; known for Ollama's models. */
  sizeBytes?: number;
  digest?: string;
  /** What it really did, where it was tried. */
  probe?: ProbeResult;
}

/** How one service was found. No secret in any field. */
export interface DoctorCheck {
  service: ServiceName;
  /** The service's name for a person. */
  title: string;
  status: CheckStatus;
  /** Where it was found, or looked for when there is one place only. */
  address?: string;
  version?: string;
  latencyMs?: number;
  /** One or two sentences with the facts. */
  detail: string;
  models?: DoctorModel[];
  /** What to do about it. */
  todo?: string;
}

export interface DoctorReport {
  /** A first goal could be answered: a model is there, and nothing that runs need has failed. */
  ok: boolean;
  checks: DoctorCheck[];
  /** What to do next, most useful first; never empty. */
  advice: string[];
}

/** Without these no goal can be worked on, whatever models there are. */
const NEEDED: readonly ServiceName[] = ['configuration', 'node', 'dataFolder', 'store', 'redis'];

/** Puts the checks together. @param firstSteps what to do when no model answers */
export function toReport(checks: DoctorCheck[], firstSteps: string[]): DoctorReport {
  const hasModel = checks.some(({ service, status, models }) => service === 'rehearsal' || (status !== 'failed' && (models?.length ?? 0) > 0));
  const isBroken = checks.some(({ service, status }) => status === 'failed' && NEEDED.includes(service));
  const todos = checks.flatMap(({ todo }) => (todo === undefined ? [] : [todo]));
  const advice = [...new Set([...todos, ...(hasModel ? [] : firstSteps)])];
  return { ok: hasModel && !isBroken, checks, advice: advice.length > 0 ? advice : ['Give the team its first goal.'] };
}
