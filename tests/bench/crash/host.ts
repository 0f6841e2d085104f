/**
 * Stands for one n8n process: carries runs from plan to report by the product's own stores, agents, board and sweeper, and may be killed at any moment.
 * Arguments: one JSON {credential, userFolder, environment, sinkUrl, sweepEveryMs}; then lines of {start: runId} on stdin.
 */
import { createInterface } from 'node:readline';
import type { AgentCall, AgentTool } from '../../../agents';
import { openTeam, type Team } from '../../../team';

interface Setup {
  credential: Record<string, string>;
  userFolder: string;
  environment: Record<string, string>;
  sinkUrl: string;
  sweepEveryMs: number;
}

const MAX_WAVES = 60;
let executions = 0;

async function main(setup: Setup): Promise<void> {
  const { team } = await openTeam(setup.credential, { userFolder: setup.userFolder, environment: setup.environment, log: () => {} });
  const say = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`);
  const start = (runId: string) => {
    say({ took: runId });
    void carry(team, runId, [postTo(setup.sinkUrl)]).catch(() => {}).finally(() => say({ left: runId }));
  };
  setInterval(() => void team.sweeper.sweep().then(({ restarts }) => restarts.forEach(({ run }) => start(run.id)), () => {}), setup.sweepEveryMs);
  createInterface(process.stdin).on('line', (line) => start((JSON.parse(line) as { start: string }).start));
  say({ ready: true });
}

/** What the template does on the canvas. */
async function carry(team: Team, runId: string, tools: AgentTool[]): Promise<void> {
  const call: AgentCall = { owner: `${process.pid}-${++executions}`, signal: new AbortController().signal, say() {}, tools };
  await team.agents.plan({ runId }, call);
  for (let wave = 1; wave <= MAX_WAVES; wave++) {
    const move = await team.board.next([runId], call.owner);
    if (move.needsPerson) return;
    if (move.done) return void (await team.agents.report(runId, call));
    await Promise.allSettled(move.ready.map(async (claim) => {
      await team.agents.work({ task: claim }, call);
      await team.agents.review(claim, call);
    }));
  }
}

/** A tool whose other side honours idempotency keys. */
function postTo(sinkUrl: string): AgentTool {
  return {
    name: 'post', description: 'posts a text', schema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }, local: true, repeat: 'byKey',
    run: async (args, signal, key) => await (await fetch(sinkUrl, { method: 'POST', body: JSON.stringify({ ...args, key }), signal })).text(),
  };
}

void main(JSON.parse(process.argv[2]!) as Setup);
