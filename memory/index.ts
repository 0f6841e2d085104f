export { createMemory, type MemoryDeps } from './create-memory';
export { openSqliteMemory } from './drivers/sqlite-memory-store';
export type { Embedder, NotEmbedded } from './embedder';
export { DimensionMismatchError, ForgetCountError, MemoryTooLongError } from './errors';
export type { AssembleRequest, Assembled, Memory, RecallRequest, Recalled, Recollection, Remembered, Remembrance } from './memory';
export { MAX_ITEM_CHARACTERS, MEMORY_KINDS, type MemoryItem, type MemoryKind, type Provenance, SCOPE_LEVELS, type Scope, provenanceSchema, scopeSchema } from './memory-item';
export { type HandOffPackage, type HandOffQuestion, handOffPackageSchema, handOffQuestions, isAnswered, packageText } from './hand-off';
export * from './sessions';
export type { ListPlace, MemoryFilter, MemoryHit, MemoryQuery, MemorySizes, MemoryStore, MemoryUpkeep, NewMemory, Vector } from './memory-store';
