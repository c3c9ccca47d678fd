import { invalidRemote } from './remote-store.ts';
import type { S3Place } from './s3-remote.ts';

/**
 * Parses `s3://bucket/prefix?endpoint=https://…&region=…`. The credentials are in the usual variables,
 * `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`; the region may also come from
 * `AWS_REGION`, the server from `AWS_ENDPOINT_URL`.
 *
 * @throws {PipelineError} `invalid-remote` without credentials.
 */
export function parseS3Place(
  place: URL,
  environment: Readonly<Record<string, string | undefined>>,
): S3Place {
  const accessKeyId = environment['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = environment['AWS_SECRET_ACCESS_KEY'];
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw invalidRemote(place.href, 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  }
  const { searchParams, pathname, hostname } = place;
  const region = searchParams.get('region') ?? environment['AWS_REGION'] ?? 'us-east-1';
  const endpoint =
    searchParams.get('endpoint') ??
    environment['AWS_ENDPOINT_URL'] ??
    `https://s3.${region}.amazonaws.com`;
  const prefix = pathname.replaceAll(/^\/+|\/+$/g, '');
  return {
    endpoint: endpoint.replace(/\/$/, ''),
    region,
    bucket: hostname,
    prefix: prefix === '' ? '' : `${prefix}/`,
    accessKeyId,
    secretAccessKey,
    sessionToken: environment['AWS_SESSION_TOKEN'],
  };
}
