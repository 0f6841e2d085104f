const GB = 1024 ** 3;
const MB = 1024 ** 2;

/** For a person: `15.6 GB`. */
export function gigabytes(bytes: number): string {
  return `${(bytes / GB).toFixed(1).replace(/\.0$/, '')} GB`;
}

/** For a person: `512 kB`, `3.4 MB`, `1.2 GB`. */
export function bytesInWords(bytes: number): string {
  if (bytes >= GB) return gigabytes(bytes);
  if (bytes >= MB) return `${(bytes / MB).toFixed(1).replace(/\.0$/, '')} MB`;
  return `${Math.ceil(bytes / 1024)} kB`;
}

/** `1 model`, `2 models`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
