export { createMemory, type MemoryDeps } from './create-memory';
export { openQdrantMemory, type QdrantMemoryOptions } from './drivers/qdrant-memory-store';
export { openSqliteMemory } from './drivers/sqlite-memory-store';
export type { Embedder, NotEmbedded } from './embedder';
export { DimensionMismatchError, ForgetCountError, MemoryDownError, MemoryRefusedError, MemoryTooLongError, SecretMemoryError } from './errors';
export type { AssembleRequest, Assembled, Memory, RecallRequest, Recalled, Recollection, Remembered, Remembrance } from './memory';
export { MAX_ITEM_CHARACTERS, MEMORY_KINDS, type MemoryItem, type MemoryKind, type Provenance, SCOPE_LEVELS, type Scope, provenanceSchema, scopeSchema } from './memory-item';
export type { ListPlace, MemoryFilter, MemoryHit, MemoryQuery, MemorySizes, MemoryStore, MemoryUpkeep, NewMemory, Vector } from './memory-store';
