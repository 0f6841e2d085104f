export function plotOverhead(..._: unknown[]): void {}
