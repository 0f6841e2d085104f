/** One figure with its labels. */
export interface Sample {
  labels: Record<string, string>;
  value: number;
}

export interface Metric {
  /** With its unit at the end, base units only: `_seconds`, `_bytes`, `_usd`. */
  name: string;
  help: string;
  type: 'counter' | 'gauge';
  samples: Sample[];
}

/**
 * Prometheus' text format 0.0.4. Written by hand, because prom-client keeps its own running counts, while ours are read whole
 * from the store each time; and its global registry is n8n's own, where our names would turn up in n8n's /metrics.
 */
export function prometheusText(metrics: readonly Metric[]): string {
  return metrics.filter(({ samples }) => samples.length > 0).map(metricText).join('');
}

function metricText({ name, help, type, samples }: Metric): string {
  const lines = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${numberText(value)}`);
  return [`# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n');
}

function labelText(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}
