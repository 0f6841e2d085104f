import { AiosError } from '../../kernel';

export class UnknownStepError extends AiosError {
  readonly code = 'DOCKERFILE_STEP_UNKNOWN';
  readonly kind = 'bug';
  constructor(step: string) {
    super(`The replay cannot play "${step}".`, { hint: 'Teach scripts/replay/ the step, or write the Dockerfile without it.' });
  }
}

export class StepFailedError extends AiosError {
  readonly code = 'DOCKERFILE_STEP_FAILED';
  readonly kind = 'bug';
  constructor(step: string, detail: string) {
    super(`The step "${step}" failed: ${detail.trim().slice(-800)}`, { hint: 'Run the same command in the clone.' });
  }
}

export class ContainerStartError extends AiosError {
  readonly code = 'CONTAINER_START_FAILED';
  readonly kind = 'bug';
  constructor(what: string, log: string) {
    super(`The container ${what}: ${log.trim().slice(-1_500)}`, { hint: 'Its log is container.log in its folder.' });
  }
}
