/** An address as it may be shown: without user and password. */
export function shownAddress(address: string): string {
  return address.replace(/\/\/[^@/]*@/, '//');
}
