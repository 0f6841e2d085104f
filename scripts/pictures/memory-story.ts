import type { JsonObject } from '../../kernel';
import type { Answer } from '../../tests/support/model-servers';

/** What a library's assistant is told and asked. */
export const TOLD = 'Our library opens at 9 on Saturdays. Please keep that in mind.';
export const ASKED = 'When can I come on Saturday?';
export const THANKED = 'Thank you!';

/** One answer is wrong: the port. */
const HANDED_OVER = {
  task: 'Build the opening hours page',
  state: 'The HTML is done, the CSS is missing',
  decisions: 'The page runs on port 8080',
  openQuestions: 'Is Monday a holiday?',
  files: 'src/hours.html',
  facts: 'The library opens at 9 on Saturdays',
};

/** Answers of the memory's stories, by what is asked; undefined for any other. */
export function memoryAnswer(body: JsonObject): Answer | undefined {
  const messages = (body.messages ?? []) as Array<{ role: string; content: string }>;
  const said = messages.map(({ content }) => content).join('\n');
  const last = messages.at(-1);
  if (said.includes('take over work from a colleague')) return { json: HANDED_OVER };
  if (said.includes('Which database')) return said.includes('> Answer: PostgreSQL') ? 'As we settled before: PostgreSQL, because orders and stock must change together.' : 'PostgreSQL, because orders and stock must change together, and it runs anywhere.';
  if (said.includes('What does a late book cost?')) return 'A late book costs 20 cents a day, 10 euros at most; children pay nothing [1].';
  if (last?.role === 'tool') return said.includes(ASKED) ? 'From 9 on Saturdays.' : 'I will keep that in mind.';
  if (last?.content === TOLD) return { toolCalls: [{ name: 'Remember', arguments: { Text: 'The library opens at 9 on Saturdays.' } }] };
  if (last?.content === THANKED) return 'You are welcome. See you on Saturday!';
  if (last?.content === ASKED) return { toolCalls: [{ name: 'Recall', arguments: { Query: 'library opening hours Saturday' } }] };
  return undefined;
}
