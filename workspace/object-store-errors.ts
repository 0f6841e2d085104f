import { AiosError, shownAddress } from '../kernel';

/** What the bucket's server says can be mended by its owner alone. */
export class BucketRefusedError extends AiosError {
  readonly code = 'BUCKET_REFUSED';
  readonly kind = 'user';
  constructor(where: BucketPlace, why: string, hint: string) {
    super(`The bucket ${shownBucket(where)} cannot be used: ${why}.`, { hint });
  }
}

/** It may answer in a moment. */
export class BucketUnavailableError extends AiosError {
  readonly code = 'BUCKET_UNAVAILABLE';
  readonly kind = 'temporary';
  constructor(where: BucketPlace, why: string, cause?: unknown) {
    super(`The bucket ${shownBucket(where)} did not do it: ${why}.`, { hint: 'Check that the S3 server runs and can be reached from every n8n process; then try again.', cause });
  }
}

export interface BucketPlace {
  /** http or https, without path. */
  endpoint: string;
  bucket: string;
}

function shownBucket({ endpoint, bucket }: BucketPlace): string {
  return `${JSON.stringify(bucket)} at ${shownAddress(endpoint)}`;
}
