import { Copy, DockerfileParser, From, Healthcheck, JSONInstruction, PropertyInstruction, type Instruction } from 'dockerfile-ast';
import { UnknownStepError } from './errors';

export type Step =
  | { kind: 'COPY'; from?: string; sources: string[]; target: string; /** Octal, e.g. 0755. */ mode?: string; owner?: string }
  | { kind: 'RUN'; command: string }
  | { kind: 'ENV'; values: Record<string, string> }
  | { kind: 'WORKDIR'; folder: string }
  | { kind: 'USER'; user: string }
  | { kind: 'ENTRYPOINT'; argv: string[] }
  | { kind: 'HEALTHCHECK'; argv: string[] }
  /** What describes an image and does nothing in it. */
  | { kind: 'NOTE'; text: string };

export interface Stage {
  name?: string;
  /** The image it is built on, its version filled in. */
  base: string;
  steps: Step[];
}

/** Reads a Dockerfile into its stages; what we do not know how to play is an error, never skipped. */
export function readDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (instruction instanceof From) stages.push({ name: instruction.getBuildStage() ?? undefined, base: instruction.getExpandedArguments()[0]!.getValue(), steps: [] });
    // Before the first stage there are arguments alone; the stages' bases have them filled in.
    else stages.at(-1)?.steps.push(readStep(instruction));
  }
  return stages;
}

function readStep(instruction: Instruction): Step {
  const kind = instruction.getKeyword();
  const content = instruction.getArgumentsContent() ?? '';
  if (instruction instanceof Copy) return readCopy(instruction);
  if (kind === 'RUN') return { kind, command: content };
  if (kind === 'ENV' && instruction instanceof PropertyInstruction) return { kind, values: Object.fromEntries(instruction.getProperties().map((property) => [property.getName(), property.getValue() ?? ''])) };
  if (kind === 'WORKDIR') return { kind, folder: content };
  if (kind === 'USER') return { kind, user: content };
  if (kind === 'ENTRYPOINT' && instruction instanceof JSONInstruction) return { kind, argv: instruction.getJSONStrings().map((argument) => argument.getJSONValue()) };
  if (kind === 'HEALTHCHECK' && instruction instanceof Healthcheck) return { kind, argv: JSON.parse(content.slice(content.indexOf('['))) as string[] };
  if (['ARG', 'LABEL', 'EXPOSE'].includes(kind)) return { kind: 'NOTE', text: `${kind} ${content}` };
  throw new UnknownStepError(`${kind} ${content}`);
}

function readCopy(copy: Copy): Step {
  const flag = (name: string) => copy.getFlags().find((candidate) => candidate.getName() === name)?.getValue() ?? undefined;
  const paths = copy.getArguments().map((argument) => argument.getValue());
  return { kind: 'COPY', from: flag('from'), sources: paths.slice(0, -1), target: paths.at(-1)!, mode: flag('chmod'), owner: flag('chown') };
}
