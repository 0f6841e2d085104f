/** `1 task`, `2 tasks`: for people, who do not read `task(s)` gladly. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
