/**
 * RouteLLM's measures of a router (lm-sys/RouteLLM, routellm/evals): each prompt gets a score, the higher the rather for the strong model.
 * The curve is quality over the share of calls to the strong model; APGR is the area between it and the weak model's line,
 * as a share of what always asking the strong model gains. 0.5 is what chance gives.
 */
export interface Routed {
  score: readonly number[];
  /** Quality 0..1 of the weak and the strong model, prompt by prompt. */
  weak: readonly number[];
  strong: readonly number[];
}

export interface CurvePoint {
  /** Percent of calls that go to the strong model. */
  strongShare: number;
  quality: number;
}

export interface RouteQuality {
  apgr: number;
  /** Percent of strong calls that recover 20, 50 and 80 % of the gap between the models, at the first crossing. */
  cpt20: number;
  cpt50: number;
  cpt80: number;
  /** Percent of strong calls for 95 % of the strong model's own quality. */
  shareForQuality95: number;
}

/** RouteLLM's curve: the thresholds are the ten quantiles of the scores. */
export function tenPointCurve({ score, weak, strong }: Routed): CurvePoint[] {
  const sorted = [...score].sort((a, b) => a - b);
  const thresholds = [...new Set(Array.from({ length: 11 }, (_, at) => quantile(sorted, at / 10)))];
  const points = thresholds.map((threshold, at) => {
    const isLast = at === thresholds.length - 1;
    const toStrong = score.map((value) => (isLast ? value > threshold : value >= threshold));
    return { strongShare: (100 * toStrong.filter(Boolean).length) / score.length, quality: mean(toStrong.map((isStrong, row) => (isStrong ? strong[row]! : weak[row]!))) };
  });
  return points.sort((a, b) => a.strongShare - b.strongShare);
}

/** Every prompt is a threshold; equal scores count as split at random. Less noisy, for comparing small differences. */
export function exactCurve({ score, weak, strong }: Routed): CurvePoint[] {
  const order = score.map((_, row) => row).sort((a, b) => score[b]! - score[a]!);
  const points: CurvePoint[] = [{ strongShare: 0, quality: mean(weak) }];
  let quality = points[0]!.quality;
  for (let start = 0; start < order.length;) {
    let end = start;
    let gain = 0;
    while (end < order.length && score[order[end]!] === score[order[start]!]) gain += strong[order[end]!]! - weak[order[end++]!]!;
    const each = gain / (end - start) / order.length;
    for (; start < end; start++) points.push({ strongShare: (100 * (start + 1)) / order.length, quality: (quality += each) });
  }
  return points;
}

export function routeQuality(routed: Routed, curve = exactCurve(routed)): RouteQuality {
  const [weak, strong] = [mean(routed.weak), mean(routed.strong)];
  const span = (curve.at(-1)!.strongShare - curve[0]!.strongShare) / 100;
  const area = curve.slice(1).reduce((total, point, at) => total + ((point.quality + curve[at]!.quality) / 2) * ((point.strongShare - curve[at]!.strongShare) / 100), 0);
  const crossing = (part: number): number => firstCrossing(curve, weak + part * (strong - weak));
  return { apgr: (area - weak * span) / ((strong - weak) * span), cpt20: crossing(0.2), cpt50: crossing(0.5), cpt80: crossing(0.8), shareForQuality95: firstCrossing(curve, 0.95 * strong) };
}

export const apgr = (routed: Routed): number => routeQuality(routed).apgr;

export interface Difference {
  difference: number;
  /** 95 % of the bootstrap's differences lie between these. */
  low: number;
  high: number;
}

/** APGR of one score minus that of another on the same prompts; paired bootstrap over prompts. */
export function pairedDifference(ours: Routed, theirs: readonly number[], random: () => number, draws = 1_000): Difference {
  const difference = (rows: readonly number[]): number => apgr(pick(ours, ours.score, rows)) - apgr(pick(ours, theirs, rows));
  const all = ours.score.map((_, row) => row);
  const drawn = Array.from({ length: draws }, () => difference(all.map(() => Math.floor(random() * all.length)))).sort((a, b) => a - b);
  return { difference: difference(all), low: quantile(drawn, 0.025), high: quantile(drawn, 0.975) };
}

function pick({ weak, strong }: Routed, score: readonly number[], rows: readonly number[]): Routed {
  return { score: rows.map((row) => score[row]!), weak: rows.map((row) => weak[row]!), strong: rows.map((row) => strong[row]!) };
}

function firstCrossing(curve: readonly CurvePoint[], target: number): number {
  if (curve[0]!.quality >= target) return curve[0]!.strongShare;
  const at = curve.findIndex(({ quality }) => quality >= target);
  if (at < 0) return 100;
  const [before, after] = [curve[at - 1]!, curve[at]!];
  return before.strongShare + ((after.strongShare - before.strongShare) * (target - before.quality)) / (after.quality - before.quality);
}

/** Linear between the neighbours, as numpy does it. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  return sorted[low]! + (place - low) * ((sorted[low + 1] ?? sorted[low]!) - sorted[low]!);
}

export function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
