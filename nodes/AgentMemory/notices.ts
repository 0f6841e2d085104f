import type { IExecuteFunctions, NodeExecutionHint } from 'n8n-workflow';
import type { Memory, NotEmbedded, Recollection } from '../../memory';

const BY_WORDS: Record<NotEmbedded, string> = {
  'no embedding model': '<b>By words alone:</b> without an embedding model a memory is found by the words it shares with the query. To find what means the same in other words, run <b>ollama pull nomic-embed-text</b>, or connect an embeddings node to <b>Embedding</b>.',
  'secret, and the embedding model is not on this machine': 'What is <b>secret</b> is found by its words alone: the connected embedding model is not known to run on your machine. If it does, switch on <b>Embedding Runs on My Own Machine</b>.',
  'the embedding model did not answer': '<b>By words alone:</b> the embedding model did not answer. See that it runs.',
  'the embedding model cannot read it': 'The embedding model fails on some texts: these are found by their <b>words alone</b>. It is asked for them again after a day, then less and less often.',
  'the embedding model fails on too many texts': 'The embedding model fails on <b>too many texts</b> to try each by itself: until <b>Consolidate</b> tries again they are found by their words alone.',
};

/** What a user of the editor should know, said once beside the output, however many items it is about. */
export class Notices {
  readonly #said = new Map<string, NodeExecutionHint['type']>();
  #kept: Promise<number | undefined> | undefined;

  say(message: string, type: NodeExecutionHint['type'] = 'info'): void {
    this.#said.set(message, type);
  }

  byWords(...reasons: Array<NotEmbedded | undefined>): void {
    for (const reason of reasons) if (reason) this.say(BY_WORDS[reason]);
  }

  async found(memory: Memory, { count, notEmbedded, wentWithout }: { count: number } & Pick<Recollection, 'notEmbedded' | 'wentWithout'>): Promise<void> {
    if (wentWithout) return this.say(`Nothing was looked for. ${wentWithout}`, 'warning');
    // Counted once: the answer is the same for all items. Without it there is less to say, and nothing wrong with the recall.
    this.#kept ??= count === 0 ? memory.count({}).catch(() => undefined) : undefined;
    const kept = count === 0 ? await this.#kept : undefined;
    if (kept !== undefined) this.say(whyNothing(kept));
    if (kept !== 0) this.byWords(notEmbedded);
  }

  tell(context: IExecuteFunctions): void {
    const hints = [...this.#said].map(([message, type]): NodeExecutionHint => ({ message, type, location: 'outputPane' }));
    if (hints.length > 0) context.addExecutionHints(...hints);
  }
}

function whyNothing(kept: number): string {
  if (kept === 0) return '<b>The memory is empty.</b> Let a workflow remember something first: an Agent Memory with the operation <b>Remember</b>.';
  return `<b>Nothing fits</b> among ${kept === 1 ? 'the one memory' : `the ${kept} memories`} that the team has. Ask in other words, choose <b>Look In: Everywhere</b>, raise <b>Privacy Up To</b>, or take conditions out of the filter.`;
}
