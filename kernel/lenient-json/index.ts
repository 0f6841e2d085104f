export { balancedEnd, jsonBlocks, type JsonBlock } from './json-blocks';
export { jsonValuesIn, readLenientJson, withoutThinking, type LenientJson } from './lenient-json';
