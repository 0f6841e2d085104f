import type { JsonObject, JsonValue } from '../../kernel';
import type { Answer } from '../../tests/support/model-servers';
import { todoProductModel } from '../../tests/support/todo-product';
import { memoryAnswer } from './memory-story';
import { slugAnswer } from './slug-story';

/** The goal of the run on the pictures. */
export const STORY_GOAL = 'Build a landing page for our spring sale, with the three best offers and a sign-up form';

/**
 * A made-up but consistent run, so that pictures show what a run looks like and not a filled-in schema.
 * Answers to our own questions by what they ask for: a plan, files, a verdict, a summary, or just an answer.
 */
export function storyAnswer(body: JsonObject): Answer | undefined {
  const demanded = body.format as JsonObject | undefined;
  const properties = (demanded?.properties ?? {}) as JsonObject;
  const said = JSON.stringify(body.messages ?? []);
  const ofMemory = memoryAnswer(body);
  if (ofMemory !== undefined) return ofMemory;
  if (said.includes(PRODUCT)) {
    const answer = product(body) ?? (said.includes('the summary of a report') ? PRODUCT_SUMMARY : undefined);
    if (answer !== undefined) return answer;
  }
  if ('questions' in properties) return { json: said.includes(ASKED_BACK) ? READY : ASKING };
  if ('choice' in properties || said.includes('slug(title)')) return slugAnswer(properties, said);
  if ('tasks' in properties) return { json: PLAN };
  if ('artifacts' in properties) return { json: resultOf(said) };
  if ('criteria' in properties) return { json: verdictOf(properties.criteria as JsonObject) };
  if (said.includes('the summary of a report')) return SUMMARY;
  if (said.includes('17 weeks')) return 'There are 2,856 hours in 17 weeks (17 × 7 × 24).';
  if (said.includes('what a workflow is')) return 'A workflow is a chain of steps that runs by itself: something starts it, and each step hands its result to the next. You draw it once, and it does the work every time.';
  return undefined;
}

/** The goal of template 11, whose story is a run in which a test finds a fault. */
const PRODUCT = 'A to-do list as a REST API';
const product = todoProductModel();
const PRODUCT_SUMMARY = 'The to-do list is ready as a small web service without packages; `python todo.py` starts it. Ticking off did not work at first: its own test found that, and the second attempt mended it. Six tests pass. Next, decide where the list is to be kept, as it lives in memory so far.';

/** Stands in what the CTO asked before, and nowhere else. */
const ASKED_BACK = 'Which offers';
const ASKING: JsonValue = { status: 'asking', goal: 'A page for the spring sale', reply: 'Gladly. Two things I need to know:', questions: [`${ASKED_BACK} shall be on it?`, 'Shall people only read it, or also leave their address?'] };
const READY: JsonValue = { status: 'ready', goal: STORY_GOAL, reply: 'Thank you, that is clear. I take plain HTML, so that nothing has to be installed.', questions: [] };

const FILES: Record<string, string> = {
  'texts/landing-page.md': '# Spring is here\n\nThree offers, one week, no small print.\n\n## Be the first to know\n\nLeave your e-mail and get the offers a day early.\n',
  'data/offers.json': `${JSON.stringify({ validUntil: '2026-04-12', offers: [{ name: 'Garden set', price: 89, before: 129 }, { name: 'Balcony herbs', price: 14, before: 22 }, { name: 'Rain barrel', price: 59, before: 84 }] }, null, 2)}\n`,
  'site/index.html': '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Spring sale</title>\n<link rel="stylesheet" href="style.css">\n<h1>Spring is here</h1>\n<p>Three offers, one week, no small print.</p>\n<ul>\n  <li>Garden set: <s>129 €</s> <b>89 €</b></li>\n  <li>Balcony herbs: <s>22 €</s> <b>14 €</b></li>\n  <li>Rain barrel: <s>84 €</s> <b>59 €</b></li>\n</ul>\n<form method="post" action="/sign-up">\n  <label>E-mail <input type="email" name="email" required></label>\n  <button>Tell me first</button>\n</form>\n</html>\n',
  'site/style.css': 'body { font: 18px/1.5 system-ui; max-width: 40rem; margin: 3rem auto; color: #1d2b1f; }\nbutton { background: #2f7d4f; color: #fff; border: 0; padding: .6rem 1rem; border-radius: .4rem; }\n',
};

const PLAN: JsonValue = {
  summary: 'A short page that sells three offers and collects e-mail addresses. Texts and data are made side by side, then the page is built from them.',
  tasks: [
    task({ id: 't1', title: 'Write the texts', role: 'research', dependsOn: [], deliverables: ['texts/landing-page.md'], acceptance: ['Headline, offers and sign-up text are there'] }),
    task({ id: 't2', title: 'Collect the three best offers', role: 'file-ops', dependsOn: [], deliverables: ['data/offers.json'], acceptance: ['Three offers, each with a price before and now'] }),
    task({ id: 't3', title: 'Build the page', role: 'frontend', dependsOn: ['t1', 't2'], deliverables: ['site/index.html', 'site/style.css'], acceptance: ['The page shows all three offers', 'The form asks for an e-mail address'] }),
  ],
  decisions: [{ scope: 'project', text: 'Plain HTML and CSS: nothing to install, nothing to break' }],
  estimate: { minutes: 6 },
};

const SUMMARY = 'The landing page is ready: it shows the three offers with their old and new prices and asks for an e-mail address. Texts and prices lie beside it as files of their own, so they can be changed without touching the page. Next, point the form at your newsletter service and put the folder "site" on your web server.';

function task({ acceptance, ...more }: { id: string; title: string; role: string; dependsOn: string[]; deliverables: string[]; acceptance: string[] }): JsonValue {
  const [path] = more.deliverables;
  const exists = { id: 'a0', text: `${path} exists`, check: { kind: path!.endsWith('.json') ? 'json' : 'file', path: path!, contains: null, keys: null, required: true } };
  const judged = acceptance.map((text, index) => ({ id: `a${index + 1}`, text, check: null }));
  return { ...more, instructions: `${more.title} for the spring sale. Deliver ${more.deliverables.join(' and ')}.`, acceptance: [exists, ...judged], privacy: 'internal', optional: false };
}

function resultOf(said: string): JsonValue {
  const wanted = /Files to deliver: ([^\\"]+)/.exec(said)?.[1]?.split(', ') ?? [];
  const artifacts = Object.entries(FILES).filter(([path]) => wanted.includes(path)).map(([path, content]) => ({ path, content }));
  return { status: 'done', reason: null, summary: `Wrote ${wanted.join(' and ')}.`, artifacts: artifacts.length > 0 ? artifacts : [{ path: 'answer.md', content: `${STORY_GOAL}\n` }] };
}

function verdictOf(criteria: JsonObject): JsonValue {
  const ids = Object.keys((criteria.properties ?? {}) as JsonObject);
  return { criteria: Object.fromEntries(ids.map((id) => [id, { state: 'pass', evidence: 'Found in the delivered file.' }])), findings: [] };
}
