import type { ModelDriver } from '../router';
import { probeModel, type ProbeDeps } from './probe';
import type { ProbeResult, ProbeStore } from './probe-store';
import type { DoctorModel, DoctorReport } from './report';

/** Who serves the models of a check. */
export type DriverOf = (provider: string) => ModelDriver | undefined;

export interface ProbeRound extends ProbeDeps {
  store: ProbeStore;
  driverOf: DriverOf;
  /** Try models again that were tried before. */
  again: boolean;
}

/** Tries every local chat model of the report that was not tried yet, one after the other; their results are kept and shown. */
export async function withProbes(report: DoctorReport, round: ProbeRound): Promise<DoctorReport> {
  return await eachModel(report, async (model) => {
    const kept = round.again ? undefined : await round.store.read(digestOf(model));
    return kept ?? (await probed(model, round));
  });
}

/** Shows what earlier trials found. */
export async function withKeptProbes(report: DoctorReport, store: ProbeStore): Promise<DoctorReport> {
  return await eachModel(report, async (model) => await store.read(digestOf(model)));
}

async function eachModel(report: DoctorReport, find: (model: DoctorModel) => Promise<ProbeResult | undefined>): Promise<DoctorReport> {
  const checks: DoctorReport['checks'] = [];
  for (const check of report.checks) {
    const models: DoctorModel[] = [];
    // One after the other: two models at once would share memory and measure each other.
    for (const model of check.models ?? []) {
      const probe = model.local ? await find(model) : undefined;
      models.push(probe ? { ...model, probe } : model);
    }
    checks.push(check.models ? { ...check, models } : check);
  }
  return { ...report, checks };
}

async function probed(model: DoctorModel, { store, driverOf, ...deps }: ProbeRound): Promise<ProbeResult | undefined> {
  const provider = model.id.slice(0, model.id.indexOf('/'));
  const driver = driverOf(provider);
  if (!driver) return undefined;
  const { id, name, local, contextTokens, tools, vision } = model;
  const catalogModel = { id, provider, name, local, contextTokens, abilities: { tools, json: true, vision }, price: null, strength: 0 };
  const result = await probeModel({ model: catalogModel, driver, digest: digestOf(model) }, deps);
  await store.save(result);
  return result;
}

/** Servers without digests have the name alone. */
function digestOf({ id, digest }: DoctorModel): string {
  return digest ?? `name:${id}`;
}
