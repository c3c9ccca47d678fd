import { expect, it, onTestFinished, vi } from 'vitest';
import { openRemote } from './open-remote.ts';
import type { RemoteStore } from './remote-store.ts';

const open = (url: string, mode: 'read' | 'write' = 'write'): Promise<RemoteStore> => {
  const from = { workspace: '/home/ann/project', environment: {}, onWarning: () => undefined };
  return openRemote({ url, mode }, from);
};

function setEnvironment(variables: Readonly<Record<string, string | undefined>>): void {
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

it('opens a folder and a bucket', async () => {
  setEnvironment({ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' });
  const folder = await open('shared');
  expect([folder.place, folder.isReadOnly]).toEqual(['/home/ann/project/shared', false]);
  const bucket = await open('s3://limber/squat/?region=eu-west-1', 'read');
  expect([bucket.place, bucket.isReadOnly]).toEqual(['s3://limber/squat/', true]);
});

it('says what is missing', async () => {
  setEnvironment({
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_PROFILE: undefined,
    AWS_CONFIG_FILE: '/nowhere',
    AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  await expect(open('ftp://server/x')).rejects.toThrow(
    'The remote store ftp://server/x cannot be used: expected a folder, or s3://bucket/prefix.',
  );
  await expect(open('s3://limber')).rejects.toThrow(
    'The remote store s3://limber/ cannot be used: no credentials were found (Could not load credentials from any providers). Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.',
  );
});
