import { isDeepStrictEqual } from 'node:util';
import { jsonValuesIn, readLenientJson } from '../../../kernel';
import { callsInText } from '../../../router';
import { sharedRows } from '../../support/shared-data';
import { seededRandom } from '../privacy/random';
import { DAMAGES, meantBy } from './damages';
import { ALL_TOOLS, generatedCall, type MeantCall } from './generated-calls';

export interface Measured {
  name: string;
  rows: number;
  right: number;
  /** Of the rows, 0..1; unset where nothing may crash and that is all. */
  least?: number;
  crashed: number;
  slowestMs: number;
  /** Some rows that went wrong, for whoever mends it. */
  wrong: string[];
}

interface Row {
  id: string;
  isRight(): boolean;
}

/** @param times each row is tried so often and its quickest counts: another process may take the turn of one */
export function measured(name: string, least: number | undefined, rows: readonly Row[], times = 2): Measured {
  const found: Measured = { name, rows: rows.length, right: 0, least, crashed: 0, slowestMs: 0, wrong: [] };
  for (const row of rows) {
    let quickestMs = Number.POSITIVE_INFINITY;
    let isRight = false;
    try {
      for (let time = 0; time < times; time++) {
        const startedMs = performance.now();
        isRight = row.isRight();
        quickestMs = Math.min(quickestMs, performance.now() - startedMs);
      }
    } catch {
      found.crashed++;
    }
    if (isRight) found.right++;
    else found.wrong.push(row.id);
    found.slowestMs = Math.max(found.slowestMs, Number.isFinite(quickestMs) ? quickestMs : 0);
  }
  return found;
}

interface CallRow {
  id: string;
  input: string;
  expected: MeantCall;
}
interface RepairRow {
  id: string;
  input: string;
  expected: unknown;
}
interface SuiteRow {
  id: string;
  name: string;
  must: 'accept' | 'reject' | 'either';
  bytes_base64: string;
}

/** All that lies beside the repository; undefined where it does not. */
export function sharedFigures(): Measured[] | undefined {
  const calls = sharedRows<CallRow>('data/llm_json/bfcl_toolcalls_damaged.jsonl');
  const repairs = sharedRows<RepairRow>('data/llm_json/repair_cases.jsonl');
  const suite = sharedRows<SuiteRow>('data/llm_json/json_test_suite.jsonl');
  if (!calls || !repairs || !suite) return undefined;
  const offered = [...new Set(calls.map(({ expected }) => expected.name))];
  return [
    measured('damaged tool calls (BFCL)', 0.98, calls.map(({ id, input, expected }) => ({ id, isRight: () => isCall(input, expected, offered) }))),
    measured('repair cases', 0.9, repairs.map(({ id, input, expected }) => ({ id, isRight: () => isValue(input, expected) }))),
    measured('JSONTestSuite: valid is read', 1, suite.filter(({ must }) => must === 'accept').map(suiteRow)),
    measured('JSONTestSuite: the rest ends', undefined, suite.filter(({ must }) => must !== 'accept').map(suiteRow)),
  ];
}

/** Rows nobody has seen: our own calls and our own damages. */
export function generatedFigures(seed: number, callsPerKind: number): Measured[] {
  const random = seededRandom(seed);
  return Object.entries(DAMAGES).map(([kind, damage]) => {
    const rows = Array.from({ length: callsPerKind }, () => generatedCall(random)).flatMap((call) => {
      const text = damage(call, random);
      return text === undefined ? [] : [{ id: text, isRight: () => isCall(text, meantBy(kind, call), ALL_TOOLS) }];
    });
    return measured(kind, 0.9, rows);
  });
}

function isCall(text: string, meant: MeantCall, offered: readonly string[]): boolean {
  const { calls } = callsInText(text, offered);
  return isDeepStrictEqual(asJson(calls), asJson([{ name: meant.name, arguments: meant.arguments }]));
}

function isValue(text: string, meant: unknown): boolean {
  const read = readLenientJson(text);
  return read.found && isDeepStrictEqual(asJson(read.value), asJson(meant));
}

function suiteRow({ name, must, bytes_base64: bytes }: SuiteRow): Row {
  const text = Buffer.from(bytes, 'base64').toString('utf8');
  return {
    id: name,
    isRight() {
      jsonValuesIn(text);
      callsInText(text, ['look_up']);
      const read = readLenientJson(text);
      return must !== 'accept' || (read.found && isDeepStrictEqual(asJson(read.value), asJson(JSON.parse(text))));
    },
  };
}

/** −0 and 0 are one number in JSON as people mean it. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
