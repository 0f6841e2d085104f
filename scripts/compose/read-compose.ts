import { parse } from 'yaml';
import { interpolate, type Variables } from './interpolate';

export interface ComposeService {
  image: string;
  build?: unknown;
  profiles?: string[];
  command?: string[];
  entrypoint?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  /** `volume:/path` or `volume:/path:ro` */
  volumes?: string[];
  depends_on?: Record<string, { condition: string; required?: boolean }>;
  healthcheck?: { test?: string[]; disable?: boolean };
  restart?: string;
  [key: string]: unknown;
}

export interface ComposeFile {
  name: string;
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
}

/**
 * Reads a compose file with its anchors merged and its variables replaced, as `docker compose config` shows it.
 *
 * @throws {VariableMissingError}
 */
export function readCompose(text: string, variables: Variables): ComposeFile {
  return replaceIn(parse(text, { merge: true }), variables) as ComposeFile;
}

/** The services that `docker compose up` starts with these profiles. */
export function servicesWith(compose: ComposeFile, profiles: readonly string[]): Record<string, ComposeService> {
  const started = Object.entries(compose.services).filter(([, service]) => !service.profiles || service.profiles.some((profile) => profiles.includes(profile)));
  return Object.fromEntries(started);
}

function replaceIn(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') return interpolate(value, variables);
  if (Array.isArray(value)) return value.map((item) => replaceIn(item, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceIn(item, variables)]));
}
