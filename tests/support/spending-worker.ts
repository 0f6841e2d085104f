import { readdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeId, silentLogger, systemClock } from '../../kernel';
import { createRouter, openSqliteCapStore, openSqliteLedger, readModelsFile, type DriverChunk, type ModelDriver } from '../../router';
import { openSqlite } from '../../storage';
import { modelOf, requestOf } from '../router/scripted-driver';

const CALLS = 50;
const ANSWER_MS = 10;
const CLOUD = modelOf('anthropic/claude');

/** One of two processes that ask for fifty answers each, at the same time, under the models file they are given. Prints `+` and the time when an answer begins, `-` when it ends. Arguments: database file, models file's text. */
async function main(file: string, modelsFile: string): Promise<void> {
  const database = openSqlite(file);
  const inForce = readModelsFile(modelsFile).file;
  const router = createRouter({
    services: [writer()], clock: systemClock, makeId, log: silentLogger,
    ledger: openSqliteLedger(database, systemClock), caps: openSqliteCapStore(database, systemClock), modelsFile: { read: async () => inForce, driverFor: () => undefined },
  });
  await bothAreThere(file);
  await Promise.allSettled(Array.from({ length: CALLS }, () => router.complete(requestOf({}, { maxOutputTokens: 1_000 }), new AbortController().signal)));
  // Slots are given back after the answers.
  await systemClock.sleep(100);
  database.close();
}

/** Processes take different times to start. */
async function bothAreThere(file: string): Promise<void> {
  writeFileSync(`${file}.ready-${process.pid}`, '');
  const ready = () => readdirSync(dirname(file)).filter((name) => name.includes('.ready-')).length;
  while (ready() < 2) await systemClock.sleep(5);
}

/** Writes as much as it was told it may. */
function writer(): ModelDriver {
  return {
    provider: 'anthropic',
    local: false,
    listModels: async () => [CLOUD],
    async *stream(call): AsyncGenerator<DriverChunk> {
      process.stdout.write(`+ ${performance.timeOrigin + performance.now()}\n`);
      await systemClock.sleep(ANSWER_MS);
      process.stdout.write(`- ${performance.timeOrigin + performance.now()}\n`);
      yield { type: 'text', text: 'and so on' };
      yield { type: 'finish', reason: 'length', usage: { promptTokens: 10, completionTokens: call.maxOutputTokens ?? 100_000 } };
    },
  };
}

void main(process.argv[2]!, process.argv[3]!);
