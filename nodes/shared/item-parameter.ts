import type { IDataObject, IExecuteFunctions, NodeParameterValue } from 'n8n-workflow';

/**
 * A parameter for one item, as n8n gives it. Expressions that only look up a field of the item (`{{ $json.goal ?? $json.chatInput ?? 'none' }}`), as ours do
 * by default, are looked up here: n8n enters its expression engine for each, about 0.7 ms per item and parameter.
 */
export function itemParameter(context: IExecuteFunctions, name: string, itemIndex: number, fallback: NodeParameterValue): unknown {
  const written: unknown = context.getNodeParameter(name, itemIndex, fallback, { rawExpressions: true });
  const found = typeof written === 'string' ? lookedUp(written, context.getInputData()[itemIndex]?.json) : undefined;
  return found ?? context.getNodeParameter(name, itemIndex, fallback);
}

const EXPRESSION = /^=\{\{([^{}]*)\}\}$/;
const FIELD = /^\$json\.([A-Za-z]\w*)$/;
const CONSTANT = /^(?:'([^'\\]*)'|(\d{1,9}))$/;

/** @returns undefined for everything that n8n must find out: other expressions, values that are no text, number or truth, nothing at all */
export function lookedUp(written: string, json: IDataObject | undefined): string | number | boolean | undefined {
  const inner = EXPRESSION.exec(written)?.[1];
  if (inner === undefined || json === undefined) return undefined;
  const operands = inner.split('??').map((operand) => operand.trim());
  if (!operands.every(isLookUp)) return undefined;
  for (const operand of operands) {
    const value = valueOf(operand, json);
    if (value !== undefined && value !== null) return isPlain(value) ? value : undefined;
  }
  return undefined;
}

/** Names every object has (`constructor`) are n8n's to judge. */
function isLookUp(operand: string): boolean {
  const field = FIELD.exec(operand)?.[1];
  return field === undefined ? CONSTANT.test(operand) : !(field in Object.prototype);
}

function valueOf(operand: string, json: IDataObject): unknown {
  const field = FIELD.exec(operand)?.[1];
  if (field !== undefined) return Object.hasOwn(json, field) ? json[field] : undefined;
  const [, text, digits] = CONSTANT.exec(operand)!;
  return text ?? Number(digits);
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
