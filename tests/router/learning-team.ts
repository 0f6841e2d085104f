import { CalibrationInForce, OutcomeNotes, createCalibrator, openSqliteCalibrationStore, openSqliteOutcomeLog, type ModelCall, type ModelDriver } from '../../router';
import { silentLogger } from '../../kernel';
import type { Database } from '../../storage';
import type { FakeClock } from '../support/fake-clock';
import { FINISH, modelOf, routerOver } from './scripted-driver';

export const SMALL = 'ollama/qwen3:8b';
export const LARGE = 'anthropic/claude';

/** A model that answers in JSON, or with prose where it cannot do better. */
function modelThat(id: string, canDo: (prompt: string) => boolean): ModelDriver {
  const model = modelOf(id);
  return {
    provider: model.provider,
    local: model.local,
    listModels: async () => [model],
    async *stream({ messages }: ModelCall) {
      yield { type: 'text', text: canDo(messages.at(-1)!.text) ? '{"answer":"yes"}' : 'I am not sure what you mean.' };
      yield FINISH;
    },
  };
}

/** One process of a team: a real router that learns, over a small and a large model; stores in the given database. */
export function learningTeam(database: Database, clock: FakeClock, canDo: { small(prompt: string): boolean; large(prompt: string): boolean }) {
  const notes = new OutcomeNotes(openSqliteOutcomeLog(database, clock), clock, silentLogger);
  const store = openSqliteCalibrationStore(database, clock);
  const current = new CalibrationInForce(store, clock, silentLogger);
  const { router } = routerOver([modelThat(SMALL, canDo.small), modelThat(LARGE, canDo.large)], { clock, noteCall: (call) => notes.note(call), calibration: () => current.current() });
  return { router, notes, calibrator: createCalibrator({ outcomes: notes, store, current, log: silentLogger }) };
}
