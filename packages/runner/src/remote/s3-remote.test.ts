import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
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
/** The least that the protocol allows. */
const partBytes = 5 * 2 ** 20;

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

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', key);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', key);
  // The delays between tries are a random part of what they may be: none.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const direct = (): string => `http://127.0.0.1:${port}`;

function open(
  endpoint: string,
  prefix: string,
  options: { readonly warnings?: string[]; readonly silenceMs?: number } = {},
): Promise<RemoteStore> {
  const onWarning = (line: string): void => void options.warnings?.push(line);
  const { silenceMs = 30_000 } = options;
  return createS3Remote(
    { endpoint, region: 'us-east-1', bucket, prefix },
    { isReadOnly: false, onWarning, tries: 8, silenceMs, partBytes },
  );
}

async function startProxy(
  nextFault: (method: string, path: string) => Fault,
): Promise<FaultyProxy> {
  const proxy = await startFaultyProxy(port, nextFault);
  onTestFinished(() => proxy.close());
  return proxy;
}

testRemoteStore(() => open(direct(), 'plain/'));

it('whatever goes wrong on the way, what was stored is whole, and is given back whole', async () => {
  const random = createRandom(3);
  const faults: Fault[] = ['cut-request', 'cut-answer', 'lost-answer', '503', 'silence', 'none'];
  const proxy = await startProxy((method) => {
    const fault = random() < 0.5 ? 'none' : faults[Math.floor(random() * faults.length)]!;
    const isRare = fault === 'silence' && random() < 0.7;
    return isRare || (fault === 'cut-request' && method !== 'PUT') ? 'none' : fault;
  });
  const remote = await open(proxy.url, 'faulty/', { silenceMs: 2000 });
  const other = await open(direct(), 'faulty/');
  const root = createFolder();
  for (let number = 0; number < 30; number++) {
    const text = `${number} `.repeat(1 + Math.floor(random() * 40_000));
    const name = sha256Of(text);
    writeFileSync(join(root, 'source'), text);
    await remote.put(name, join(root, 'source'));
    expect(await other.get(name, join(root, `direct-${number}`))).toBe(true);
    expect(readFileSync(join(root, `direct-${number}`), 'utf8')).toBe(text);
    expect(await remote.get(name, join(root, `faulty-${number}`))).toBe(true);
    expect(readFileSync(join(root, `faulty-${number}`), 'utf8')).toBe(text);
  }
  expect([...proxy.met.keys()].sort()).toEqual([...faults].sort());
});

it('a store that never answers is an error that says so, and nothing is half stored', async () => {
  const root = createFolder();
  const text = 'lost '.repeat(50_000);
  const name = sha256Of(text);
  writeFileSync(join(root, 'source'), text);
  for (const [fault, problem] of [
    ['503', 'the server answered 503 SlowDown, not now'],
    ['cut-request', '(socket hang up|read ECONNRESET|write EPIPE)'],
  ] as const) {
    const proxy = await startProxy(() => fault);
    const remote = await open(proxy.url, `${fault}/`);
    await expect(remote.put(name, join(root, 'source'))).rejects.toThrow(
      new RegExp(`^s3://limber/${fault}/${name}: ${problem} \\(8 tries\\)\\.$`),
    );
    expect(await (await open(direct(), `${fault}/`)).findMissing([name])).toEqual([name]);
  }
  await (await open(direct(), 'cut/')).put('name', join(root, 'source'));
  const proxy = await startProxy(() => 'cut-answer');
  const remote = await open(proxy.url, 'cut/');
  await expect(remote.get('name', join(root, 'half'))).rejects.toThrow(
    /^s3:\/\/limber\/cut\/name: (socket hang up|the connection ended after \d+ of 250000 bytes) \(8 tries\)\.$/,
  );
  expect(readdirSync(root)).toEqual(['source']);
});

it('a large file is sent in parts, and a part that is cut off is sent again', async () => {
  const root = createFolder();
  const text = '0123456789abcdef'.repeat((2 * partBytes) / 16) + 'the end';
  writeFileSync(join(root, 'source'), text);
  const sent: string[] = [];
  const proxy = await startProxy((method, path) => {
    sent.push(`${method} ${/partNumber=\d+|uploads/.exec(path)?.[0] ?? ''}`);
    return sent.length === 3 ? 'cut-request' : 'none';
  });
  await (await open(proxy.url, 'parts/')).put('large', join(root, 'source'));
  expect(new Set(sent)).toEqual(
    new Set(['POST uploads', 'PUT partNumber=1', 'PUT partNumber=2', 'PUT partNumber=3', 'POST ']),
  );
  expect(sent.filter((request) => request.startsWith('PUT')).length).toBeGreaterThan(3);
  expect(await (await open(direct(), 'parts/')).get('large', join(root, 'back'))).toBe(true);
  expect(readFileSync(join(root, 'back'), 'utf8') === text).toBe(true);
});

it('what may not be read counts as missing, which is said once', async () => {
  const root = createFolder();
  const warnings: string[] = [];
  const proxy = await startProxy(() => '403');
  const remote = await open(proxy.url, 'closed/', { warnings });
  const names = Array.from({ length: 100 }, (_, number) => `name-${number}`);
  expect(await remote.findMissing(['name'])).toEqual(['name']);
  expect((await remote.findMissing(names)).sort()).toEqual(names.sort());
  expect(await remote.get('name', join(root, 'name'))).toBe(false);
  expect(warnings).toEqual([
    's3://limber/closed/: name is forbidden (403), and counts as missing. S3 says so of what does not exist, too, without the right s3:ListBucket.',
  ]);
  expect(readdirSync(root)).toEqual([]);
});

it('many names are looked for by a few listings', async () => {
  const other = await open(direct(), 'listed/');
  const file = join(createFolder(), 'file');
  writeFileSync(file, 'text');
  const names = Array.from({ length: 80 }, (_, number) => sha256Of(`${number}`));
  await Promise.all(names.slice(1).map((name) => other.put(name, file)));
  const requests: string[] = [];
  const proxy = await startProxy((method) => (requests.push(method), 'none'));
  expect(await (await open(proxy.url, 'listed/')).findMissing(names)).toEqual([names[0]]);
  expect(requests).toEqual(Array.from({ length: 8 }, () => 'GET'));
});

it('a run that may not store goes on without, and says so once', async () => {
  const proxy = await startProxy((method) => (method === 'PUT' ? '403' : 'none'));
  const remote = `s3://${bucket}/refused?endpoint=${proxy.url}`;
  const lines: string[] = [];
  const { run } = createTestWorkspace(diamondPipeline);
  const result = await run({
    remote,
    onEvent: (event) => event.type === 'stage-line' && lines.push(event.line),
  });
  expect(named(result, 'ran')).toHaveLength(4);
  expect(lines).toEqual([
    'its outputs could not be sent to s3://limber/refused/: s3://limber/refused/ takes nothing from you (403 AccessDenied). Ask for the right to store there, or make it read-only: remote: { url: "s3://limber/refused/", mode: read }.',
  ]);
});

it('to a read-only store nothing is sent, and what is there is fetched', async () => {
  const requests: string[] = [];
  const proxy = await startProxy((method) => (requests.push(method), 'none'));
  const url = `s3://${bucket}/read?endpoint=${proxy.url}`;
  const pipeline = `name: one
stages:
  only: { uses: join, inputs: { source: data/source.txt }, outputs: [text] }
`;
  const own = `remote: { url: '${url}', mode: read }\n${pipeline}`;
  expect(named(await createTestWorkspace(own).run(), 'ran')).toEqual(['only']);
  expect(new Set(requests)).toEqual(new Set(['GET']));
  await createTestWorkspace(pipeline).run({ remote: url });
  expect(named(await createTestWorkspace(own).run(), 'cached')).toEqual(['only']);
});

it('what a colleague ran is fetched, and a wrong or missing file is found out', async () => {
  const remote = `s3://${bucket}/shared?endpoint=http://127.0.0.1:${port}`;
  const theirs = createTestWorkspace(diamondPipeline);
  expect(named(await theirs.run({ remote }), 'ran')).toHaveLength(4);
  const ours = createTestWorkspace(diamondPipeline);
  const result = await ours.run({ remote });
  const at = ['cached', ['at s3://limber/shared/']];
  expect(result.stages.map(({ outcome, because }) => [outcome, because])).toEqual([
    at,
    at,
    at,
    ['cached', ['fetched from s3://limber/shared/']],
  ]);
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
