import { expect, it } from 'vitest';
import { openRemote } from './open-remote.ts';

const open = async (place: string, environment = {}): Promise<string> =>
  (await openRemote(place, '/home/ann/project', environment)).place;

it('opens a folder and a bucket', async () => {
  const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  expect(await open('shared')).toBe('/home/ann/project/shared');
  expect(await open('s3://limber/squat/?region=eu-west-1', keys)).toBe('s3://limber/squat/');
});

it('says what is missing', async () => {
  await expect(open('ftp://server/x')).rejects.toThrow(
    'The remote store ftp://server/x cannot be used: expected a folder, or s3://bucket/prefix.',
  );
  await expect(open('s3://limber')).rejects.toThrow(
    'The remote store s3://limber cannot be used: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  );
});
