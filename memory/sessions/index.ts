export { type Conversation, type ConversationDeps, type ConversationSettings, openConversation } from './conversation';
export { openRedisSessions } from './drivers/redis-sessions';
export { openSqliteSessions } from './drivers/sqlite-sessions';
export { MAX_SESSION_MESSAGES, type Session, type SessionMessage, type SessionStore, type SessionTerms } from './session-store';
export type { Turn } from './turns';
