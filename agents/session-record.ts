import { strictestPrivacy, type Privacy } from '../privacy';
import type { ModelReply } from '../router';
import type { Usage } from '../runs';
import { NO_MODEL, NO_USAGE, withReply } from './usage';

/** What a session's calls came to so far. */
export interface SessionRecord {
  /** Of all calls so far, those answered from the journal included: they were paid for once. */
  usage(): Usage;
  lastReply(): ModelReply | undefined;
  /** The speaker's label, or the stricter one that the content of a call has raised it to: from then on it holds for all. */
  privacy(): Privacy;
  /** The last call's model, or `none`. */
  modelName(): string;
}

/** @param speaker the label the session begins with */
export function openSessionRecord(speaker: Privacy): SessionRecord & { add(reply: ModelReply): void } {
  let usage = NO_USAGE;
  let last: ModelReply | undefined;
  let privacy = speaker;
  return {
    add(reply) {
      privacy = strictestPrivacy(privacy, reply.decision.privacy);
      usage = withReply(usage, reply);
      last = reply;
    },
    usage: () => usage,
    lastReply: () => last,
    privacy: () => privacy,
    modelName: () => last?.decision.model ?? NO_MODEL,
  };
}
