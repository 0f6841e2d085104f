import type { Editor } from './editor';
import { saveAnimation, savePicture, type Frame } from './pack';
import { STORY_GOAL } from './story';

const FRAME_MS = 250;
const LAST_FRAME_MS = 4_000;
const CHAT_HEIGHT = 1_250;

/** The other templates; those that a click can start are shown after a green run. */
const TEMPLATES = [
  { template: '02-ask-the-router', isRun: true },
  { template: '05-doctor-and-figures', isRun: true },
  { template: '06-learn-from-verdicts', isRun: true },
  { template: '03-ai-agent-with-router', isRun: true },
  { template: '09-router-tour', isRun: true },
  { template: '15-two-answers', isRun: true },
  { template: '04-http-api', isRun: false },
  { template: '07-approvals', isRun: false },
  { template: '08-sweeper', isRun: false },
] as const;

/** The canvas of each template but the first, whose run has pictures of its own. @param named only these; empty means all */
export async function takeCanvases(editor: Editor, named: readonly string[] = []): Promise<void> {
  for (const { template, isRun } of TEMPLATES) {
    if (named.length > 0 && !named.includes(template)) continue;
    const workflowId = await editor.n8n.importTemplateUntouched(template);
    await editor.open(workflowId);
    if (isRun) await editor.execute(workflowId);
    await editor.zoomToFit();
    savePicture(template, await editor.picture());
  }
}

/**
 * The team pipeline while it runs, as an animation.
 *
 * @returns the workflow's id, open in the editor after a green run
 */
export async function recordPipeline(editor: Editor): Promise<string> {
  const { page } = editor;
  const workflowId = await editor.n8n.importTemplateUntouched('01-team-pipeline');
  await editor.open(workflowId);
  await editor.openChat();
  await editor.zoomToFit();
  await editor.say(STORY_GOAL);
  const frames = await record(editor, editor.hasSucceeded(workflowId));
  saveAnimation('run', frames);
  savePicture('chat', await chatPicture(editor));
  await page.getByTestId('workflow-chat-button').first().click();
  await takeInBothThemes(editor, '01-team-pipeline');
  return workflowId;
}

/** Ends in the light one. */
export async function takeInBothThemes(editor: Editor, name: string): Promise<void> {
  for (const [theme, file] of [['dark', `${name}-dark`], ['light', name]] as const) {
    await editor.useTheme(theme);
    await editor.zoomToFit();
    savePicture(file, await editor.picture());
  }
}

async function record({ page }: Editor, run: Promise<void>): Promise<Frame[]> {
  const frames: Frame[] = [];
  let isOver = false;
  const over = run.finally(() => void (isOver = true));
  while (!isOver) {
    const sinceMs = performance.now();
    const png = await page.screenshot();
    await page.waitForTimeout(Math.max(0, FRAME_MS - (performance.now() - sinceMs)));
    frames.push({ png, shownMs: Math.round(performance.now() - sinceMs) });
  }
  await over;
  frames.at(-1)!.shownMs = LAST_FRAME_MS;
  return frames;
}

/** The conversation from its beginning, on a screen high enough for it. */
export async function chatPicture(editor: Editor): Promise<Buffer> {
  const { page } = editor;
  const usual = page.viewportSize()!;
  await page.setViewportSize({ width: usual.width, height: CHAT_HEIGHT });
  await pullUp(editor, 'chat-header');
  await page.mouse.move(200, CHAT_HEIGHT / 2);
  await page.mouse.wheel(0, -10_000);
  await editor.settle();
  const picture = await editor.picture(page.getByTestId('canvas-chat').first());
  await page.setViewportSize(usual);
  return picture;
}

async function pullUp({ page }: Editor, panel: string): Promise<void> {
  const top = (await page.getByTestId(panel).first().boundingBox())!.y;
  await page.mouse.move(700, top - 1);
  await page.mouse.down();
  await page.mouse.move(700, 120, { steps: 10 });
  await page.mouse.up();
}
