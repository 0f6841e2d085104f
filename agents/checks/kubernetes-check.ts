import { parseAllDocuments } from 'yaml';
import type { Check } from '../../runs';
import { failed, passed, type CheckOutcome } from './check-outcome';
import { checkYaml } from './yaml-check';

type Part = Record<string, unknown>;

const part = (value: unknown): Part => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Part) : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** RFC 1123, as Kubernetes wants names. */
const NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod'];
const SELECTING = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];

/** The file is YAML whose documents are Kubernetes objects; kinds of one's own need apiVersion, kind and a name. */
export function checkKubernetes(check: Check, content: string): CheckOutcome {
  const yaml = checkYaml(check, content);
  if (yaml.state !== 'pass') return yaml;
  const objects = [...parseAllDocuments(content)].map((document) => document.toJS() as unknown).filter((object) => object !== null).flatMap((object) => (part(object).kind === 'List' ? list(part(object).items) : [object])).map(part);
  for (const object of objects) {
    const fault = faultOf(object);
    if (fault !== undefined) return failed(`${check.path}: ${nameOf(object)} ${fault}`);
  }
  return passed(`${check.path} holds ${objects.map(nameOf).slice(0, 8).join(', ')}`);
}

function nameOf({ kind, metadata }: Part): string {
  return `${isText(kind) ? kind : 'an object without kind'}${isText(part(metadata).name) ? ` ${String(part(metadata).name)}` : ''}`;
}

function faultOf(object: Part): string | undefined {
  const { apiVersion, kind, metadata } = object;
  const { name, generateName } = part(metadata);
  if (!isText(apiVersion) || !/^([a-z0-9.-]+\/)?v\d+((alpha|beta)\d+)?$/.test(apiVersion)) return 'has no apiVersion such as v1 or apps/v1';
  if (!isText(kind) || !/^[A-Z][A-Za-z0-9]*$/.test(kind)) return 'has no kind';
  if (!isText(name) && !isText(generateName)) return 'has no metadata.name';
  if (isText(name) && !NAME.test(name)) return `has a name Kubernetes refuses: ${name.slice(0, 60)}`;
  if (kind === 'Service') return serviceFault(part(object.spec));
  return WORKLOADS.includes(kind) ? workloadFault(kind, part(object.spec)) : undefined;
}

function serviceFault({ ports, type, clusterIP }: Part): string | undefined {
  if (type === 'ExternalName' || (clusterIP === 'None' && ports === undefined)) return undefined;
  if (list(ports).length === 0) return 'has no spec.ports';
  return list(ports).every((port) => Number.isInteger(part(port).port)) ? undefined : 'has a port without a number';
}

function workloadFault(kind: string, spec: Part): string | undefined {
  const template = kind === 'CronJob' ? part(part(part(spec.jobTemplate).spec).template) : part(spec.template);
  if (kind === 'CronJob' && !isText(spec.schedule)) return 'has no spec.schedule';
  if (SELECTING.includes(kind)) {
    const wanted = part(part(spec.selector).matchLabels);
    const labels = part(part(template.metadata).labels);
    if (Object.keys(wanted).length === 0 && part(spec.selector).matchExpressions === undefined) return 'has no spec.selector.matchLabels';
    const missing = Object.keys(wanted).find((label) => labels[label] !== wanted[label]);
    if (missing !== undefined) return `selects the label ${missing}, which its template does not have`;
  }
  return containersFault(kind === 'Pod' ? spec : part(template.spec));
}

function containersFault({ containers, initContainers }: Part): string | undefined {
  if (list(containers).length === 0) return 'has no containers';
  const incomplete = [...list(containers), ...list(initContainers)].map(part).find(({ name, image }) => !isText(name) || !isText(image));
  return incomplete === undefined ? undefined : `has a container without ${isText(incomplete.name) ? 'image' : 'name'}`;
}
