/** Where an S3-compatible store is. What is undefined, the SDK looks for in the environment and the profile. */
export interface S3Place {
  readonly bucket: string;
  /** Before every name; empty, or ends in `/`. */
  readonly prefix: string;
  /** A server of one's own: `https://minio.example.org`. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
}

/** Parses `s3://bucket/prefix?endpoint=https://…&region=…`; the server may also come from `AWS_ENDPOINT_URL`. */
export function parseS3Place(
  { searchParams, pathname, hostname }: URL,
  environment: Readonly<Record<string, string | undefined>>,
): S3Place {
  const prefix = pathname.replaceAll(/^\/+|\/+$/g, '');
  return {
    bucket: hostname,
    prefix: prefix === '' ? '' : `${prefix}/`,
    endpoint:
      searchParams.get('endpoint') ??
      environment['AWS_ENDPOINT_URL_S3'] ??
      environment['AWS_ENDPOINT_URL'],
    region: searchParams.get('region') ?? undefined,
  };
}
