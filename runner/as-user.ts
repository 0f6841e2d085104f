/** Of util-linux; Debian's images have it. */
const SETPRIV = '/usr/bin/setpriv';

/**
 * The command as this user runs it. Not by `uid` of `spawn`, which keeps the whole service waiting until the program has begun: whoever is that user already
 * can stop the new process before, for ever. So it is begun as root, and only what has begun becomes the user.
 *
 * @param user undefined: whoever runs the service
 */
export function asUser(user: number | undefined, command: readonly [string, ...string[]]): [string, ...string[]] {
  return user === undefined ? [...command] : [SETPRIV, '--reuid', String(user), '--regid', String(user), '--clear-groups', ...command];
}
