import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { createTestWorkspace, diamondPipeline, named } from '../execution/test-workspace.suite.ts';
import { createRandom } from '../oracle/edits.suite.ts';
import { sha256Of } from '../store/sha256.ts';
import type { Fault, FaultyProxy } from './faulty-proxy.suite.ts';
import { startFaultyProxy } from './faulty-proxy.suite.ts';
import type { RemoteStore } from './remote-store.ts';
import { createFolder, testRemoteStore } from './remote-store.suite.ts';
import { createS3Remote } from './s3-remote.ts';

const bucket = 'limber';
/** The credentials that the server knows. */
const key = 'S3RVER';

let server: S3rver;
let port: number;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'limber-s3-'));
  server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: folder,
    configureBuckets: [{ name: bucket, configs: [] }],
  });
  ({ port } = await server.run());
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(endpoint: string, prefix: string): RemoteStore {
  return createS3Remote({
    endpoint,
    region: 'us-east-1',
    bucket,
    prefix,
    accessKeyId: key,
    secretAccessKey: key,
    sessionToken: undefined,
    patience: { tries: 8, firstDelayMs: 1, silenceMs: 300 },
  });
}

async function startProxy(nextFault: (method: string) => Fault): Promise<FaultyProxy> {
  const proxy = await startFaultyProxy(port, nextFault);
  onTestFinished(() => proxy.close());
  return proxy;
}

testRemoteStore(async () => open(`http://127.0.0.1:${port}`, 'plain/'));

it('whatever goes wrong on the way, what was stored is whole, and is given back whole', async () => {
  const random = createRandom(3);
  const faults: Fault[] = ['cut-request', 'cut-answer', 'lost-answer', '503', 'silence', 'none'];
  const proxy = await startProxy((method) => {
    const fault = faults[Math.floor(random() * faults.length)]!;
    const isRare = fault === 'silence' && random() < 0.7;
    return isRare || (fault === 'cut-request' && method !== 'PUT') ? 'none' : fault;
  });
  const remote = open(proxy.url, 'faulty/');
  const direct = open(`http://127.0.0.1:${port}`, 'faulty/');
  const root = createFolder();
  for (let number = 0; number < 30; number++) {
    const text = `${number} `.repeat(1 + Math.floor(random() * 40_000));
    const name = sha256Of(text);
    writeFileSync(join(root, 'source'), text);
    await remote.put(name, join(root, 'source'), name);
    expect(await direct.get(name, join(root, `direct-${number}`))).toBe(true);
    expect(readFileSync(join(root, `direct-${number}`), 'utf8')).toBe(text);
    expect(await remote.get(name, join(root, `faulty-${number}`))).toBe(true);
    expect(readFileSync(join(root, `faulty-${number}`), 'utf8')).toBe(text);
  }
  expect([...proxy.met.keys()].sort()).toEqual([...faults].sort());
});

it('a store that never answers is an error that says so, and nothing is half stored', async () => {
  const root = createFolder();
  const text = 'lost '.repeat(50_000);
  writeFileSync(join(root, 'source'), text);
  for (const fault of ['503', 'cut-request'] as const) {
    const proxy = await startProxy(() => fault);
    const remote = open(proxy.url, `${fault}/`);
    const put = remote.put(sha256Of(text), join(root, 'source'), sha256Of(text));
    await expect(put).rejects.toThrow(`s3://limber/${fault}/${sha256Of(text)}, 8 tries`);
    const direct = open(`http://127.0.0.1:${port}`, `${fault}/`);
    expect(await direct.has(sha256Of(text))).toBe(false);
  }
  const proxy = await startProxy(() => 'cut-answer');
  const remote = open(proxy.url, 'cut/');
  await open(`http://127.0.0.1:${port}`, 'cut/').put('name', join(root, 'source'), sha256Of(text));
  await expect(remote.get('name', join(root, 'half'))).rejects.toThrow(
    's3://limber/cut/name, 8 tries',
  );
  expect(readdirSync(root)).toEqual(['source']);
});

it('what a colleague ran is fetched, and a wrong or missing file is found out', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', key);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', key);
  onTestFinished(() => void vi.unstubAllEnvs());
  const remote = `s3://${bucket}/shared?endpoint=http://127.0.0.1:${port}`;
  const theirs = createTestWorkspace(diamondPipeline);
  expect(named(await theirs.run({ remote }), 'ran')).toHaveLength(4);
  const ours = createTestWorkspace(diamondPipeline);
  const result = await ours.run({ remote });
  expect(result.stages.map(({ outcome, because }) => [outcome, because])).toEqual(
    result.stages.map(() => ['cached', ['fetched from s3://limber/shared/']]),
  );
  const output = 'runs/diamond/latest/bottom/final/text.txt';
  expect(ours.read(output)).toBe(theirs.read(output));
  expect(named(await ours.run({ remote }), 'ran')).toEqual([]);
  const objects = join(folder, bucket, 'shared/v3/objects');
  for (const file of readdirSync(objects, { recursive: true, withFileTypes: true })) {
    const isText = file.isFile() && file.name.endsWith('_object');
    if (isText) writeFileSync(join(file.parentPath, file.name), 'other');
  }
  const late = createTestWorkspace(diamondPipeline);
  const lines: string[] = [];
  const afresh = await late.run({
    remote,
    onEvent: (event) => event.type === 'stage-line' && lines.push(event.line),
  });
  expect(named(afresh, 'ran')).toEqual(['top', 'left', 'right', 'bottom']);
  expect(lines.filter((line) => line.includes('is damaged there'))).toHaveLength(4);
  expect(late.read(output)).toBe(theirs.read(output));
});
