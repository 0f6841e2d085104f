import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import UPNG from 'upng-js';
import { repositoryDir } from '../n8n-host/place';

export const PICTURE_DIR = join(repositoryDir, 'docs', 'pictures');

/** An editor has few colours; a palette makes a picture a quarter as large and looks the same. */
const COLOURS = 256;

/** @param png as the browser took it */
export function savePicture(name: string, png: Uint8Array): void {
  const { pixels, width, height } = readPng(png);
  save(`${name}.png`, UPNG.encode([pixels], width, height, COLOURS));
}

export interface Frame {
  png: Uint8Array;
  shownMs: number;
}

/** An animated PNG: every browser and GitHub play it, and where it does not play the first frame is shown. */
export function saveAnimation(name: string, frames: readonly Frame[]): void {
  const read = withoutRepetition(frames).map(({ png, shownMs }) => ({ ...readPng(png), shownMs }));
  const [{ width, height }] = read as [(typeof read)[number]];
  save(`${name}.png`, UPNG.encode(read.map(({ pixels }) => pixels), width, height, COLOURS, read.map(({ shownMs }) => shownMs)));
}

function withoutRepetition(frames: readonly Frame[]): Frame[] {
  const kept: Frame[] = [];
  for (const frame of frames) {
    const last = kept.at(-1);
    if (last && Buffer.compare(last.png, frame.png) === 0) last.shownMs += frame.shownMs;
    else kept.push({ ...frame });
  }
  return kept;
}

function readPng(png: Uint8Array): { pixels: ArrayBuffer; width: number; height: number } {
  const image = UPNG.decode(Uint8Array.from(png).buffer);
  return { pixels: UPNG.toRGBA8(image)[0]!, width: image.width, height: image.height };
}

function save(file: string, bytes: ArrayBuffer): void {
  mkdirSync(PICTURE_DIR, { recursive: true });
  writeFileSync(join(PICTURE_DIR, file), new Uint8Array(bytes));
  process.stderr.write(`docs/pictures/${file} (${Math.round(bytes.byteLength / 1024)} KB)\n`);
}
