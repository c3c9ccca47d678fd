import { resolve } from 'node:path';
import { PipelineError } from '../pipeline-error.ts';
import { createFolderRemote } from './folder-remote.ts';
import type { RemoteStore } from './remote-store.ts';

/**
 * Opens a remote store: a folder, relative to the workspace or absolute, or
 * `s3://bucket/prefix?endpoint=https://…&region=…`. Who asks an S3 store is told by the usual
 * variables, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`; its region may also
 * come from `AWS_REGION`, its server from `AWS_ENDPOINT_URL`.
 *
 * @throws {PipelineError} `invalid-remote` if something is missing.
 */
export async function openRemote(
  place: string,
  workspace: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<RemoteStore> {
  if (!place.includes('://')) return createFolderRemote(resolve(workspace, place));
  const refuse = (why: string): PipelineError =>
    new PipelineError('invalid-remote', `The remote store ${place} cannot be used: ${why}.`, {
      where: place,
    });
  if (!URL.canParse(place) || !place.startsWith('s3://')) {
    throw refuse('expected a folder, or s3://bucket/prefix');
  }
  const url = new URL(place);
  const accessKeyId = environment['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = environment['AWS_SECRET_ACCESS_KEY'];
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw refuse('set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  }
  const region = url.searchParams.get('region') ?? environment['AWS_REGION'] ?? 'us-east-1';
  const endpoint =
    url.searchParams.get('endpoint') ??
    environment['AWS_ENDPOINT_URL'] ??
    `https://s3.${region}.amazonaws.com`;
  const prefix = url.pathname.replaceAll(/^\/+|\/+$/g, '');
  const { createS3Remote } = await import('./s3-remote.ts');
  return createS3Remote({
    endpoint: endpoint.replace(/\/$/, ''),
    region,
    bucket: url.hostname,
    prefix: prefix === '' ? '' : `${prefix}/`,
    accessKeyId,
    secretAccessKey,
    sessionToken: environment['AWS_SESSION_TOKEN'],
  });
}
