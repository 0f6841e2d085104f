/** It brings the Compose Specification's JSON schema and has no types of its own. */
declare module 'composeverter' {
  export function getDockerComposeSchemaWithoutFormats(): Record<string, unknown>;
}
