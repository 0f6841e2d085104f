import type { ModelRequest } from './request';

export interface Complexity {
  /** 0 (trivial) .. 1 (hardest). */
  complexity: number;
  /** 0..1: how much the signs agree; short texts without any sign say little. */
  confidence: number;
}

/** More text than this is not read: what matters is said by then, and the estimate must stay under a millisecond. */
const READ_CHARACTERS = 4_000;

interface Sign {
  pattern: RegExp;
  weight: number;
}

// What makes people reach for a stronger model (up) or shows that any model will do (down). Weights by judgement, to be calibrated against results.
const SIGNS: readonly Sign[] = [
  { pattern: /```|\b(function|class|import|SELECT|def|const|public static)\b/, weight: 0.15 },
  { pattern: /\b(implement|refactor|debug|architect\w*|design|migrate|optimi[sz]e|deploy)\b/i, weight: 0.15 },
  { pattern: /\b(prove|derive|theorem|integral|equation|probability|optimal)\b/i, weight: 0.2 },
  { pattern: /\d\s*[-+*/^=]\s*\d|[∑∫√≤≥]/, weight: 0.1 },
  { pattern: /\b(step by step|first\b[\s\S]{0,400}\bthen|plan|compare|trade-?offs?|evaluate|analy[sz]e|strategy)\b/i, weight: 0.15 },
  { pattern: /\b(must|at least|at most|exactly|constraint|requirement|unless|except)\b/i, weight: 0.08 },
  { pattern: /^\s*([A-E][).:]|\d+[).])\s/m, weight: 0.08 },
  { pattern: /\b(why|how would|explain)\b/i, weight: 0.06 },
  { pattern: /\b(classify|label|categori[sz]e|extract|translate|summari[sz]e|rewrite|correct the spelling|yes or no)\b/i, weight: -0.12 },
  { pattern: /^\s*(hi|hello|hey|thanks|thank you|ok|ping)\b/i, weight: -0.15 },
  { pattern: /^\s*(what is|who is|when|where|which)\b[^\n]{0,80}\?\s*$/i, weight: -0.1 },
];

/** A first, in-process guess at how hard a request is, from the form of its last user message. */
export function estimateComplexity(request: Pick<ModelRequest, 'messages' | 'tools' | 'schema'>): Complexity {
  const question = request.messages.findLast((message) => message.role === 'user')?.text ?? '';
  const text = question.slice(0, READ_CHARACTERS);
  const seen = SIGNS.filter((sign) => sign.pattern.test(text));
  // 0 for a word, about 0.3 for a page.
  const length = Math.min(0.3, Math.log10(1 + question.length / 50) * 0.16);
  const setting = (request.tools?.length ? 0.08 : 0) + (request.schema ? 0.04 : 0);
  const complexity = clamp(0.15 + length + setting + seen.reduce((sum, sign) => sum + sign.weight, 0));
  const ups = seen.filter((sign) => sign.weight > 0).length;
  const agreement = seen.length === 0 ? 0 : Math.abs(2 * ups - seen.length) / seen.length;
  return { complexity: round(complexity), confidence: round(clamp(0.35 + 0.4 * agreement * Math.min(1, seen.length / 3) + (text.length > 200 ? 0.1 : 0))) };
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
