import { mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createLifeWatch } from '@limber/files';
import { expect, it } from 'vitest';
import { collectGarbage } from '../commands/collect-garbage.ts';
import { createTestWorkspace } from '../execution/test-workspace.suite.ts';
import { executors } from '../execution/executors.ts';
import { waitForWorker } from '../execution/lock-worker.ts';
import { openDigestCache } from '../fingerprints/digest-cache.ts';
import { statFolder } from '../fingerprints/file-stat.ts';
import type { Random } from '../oracle/edits.suite.ts';
import { createRandom } from '../oracle/edits.suite.ts';
import { createFolderRemote } from '../remote/folder-remote.ts';
import { RemoteError } from '../remote/remote-store.ts';
import { pullArtifact } from '../remote/share-artifact.ts';
import { createRunsPage } from '../reporting/runs-page.ts';
import type { Artifact } from './artifact.ts';
import { artifactPath, findLostOutputs, listArtifactObjects, readArtifact } from './artifact.ts';
import { isLocked } from './lock.ts';
import { look, readAll, restore } from './kept-files.suite.ts';
import type { Traps } from './mutations.suite.ts';
import { changeLine, mutate, pick } from './mutations.suite.ts';
import { objectPath } from './objects.ts';
import { listRuns, readRunPlots, readRunSummary } from './run-folder.ts';
import { sha256Of } from './sha256.ts';
import { listRecords } from './stage-record.ts';
import type { StateFolder } from './state-folder.ts';
import { stateFolder } from './state-folder.ts';
import { ensureView } from './view.ts';
import { listWorkFolders, openWorkFolder } from './work-folder.ts';

const count = Number(process.env['LIMBER_MUTATIONS'] ?? 150);
const wholeRuns = 12;

const pipeline = `name: hostile
stages:
  make:
    uses: ./stages/make.mjs
    inputs: { data: data/folder }
    resumable: true
    outputs: [tree, file]
`;

const makeStage = `import { mkdirSync, writeFileSync } from 'node:fs';
  export default { async run({ outputs, workDir, plot }) {
    mkdirSync(outputs.tree + '/sub/empty', { recursive: true });
    writeFileSync(outputs.tree + '/sub/a.txt', 'a');
    writeFileSync(outputs.tree + '/run.sh', 'b', { mode: 0o755 });
    writeFileSync(outputs.file, 'c');
    writeFileSync(workDir + '/state', 'd');
    plot('loss', 1, 2);
    return { metrics: { score: 1 } };
  } };`;

/** What came of reading a changed file. */
type Reading = 'refused' | 'read' | 'absent';

/** A file of the store, and everything that reads it. */
interface Target {
  readonly file: string;
  /** Changes the file's text. */
  readonly change?: (text: string, random: Random) => string;
  readonly read: () => Promise<Reading>;
}

it(
  `whatever ${count} changed files say, nothing outside the store is touched and nobody crashes`,
  { timeout: 120_000 + count * 600 },
  async () => {
    const workspace = createTestWorkspace(pipeline);
    workspace.write('stages/make.mjs', makeStage);
    const { root } = workspace;
    const inner = join(root, 'deep/workspace');
    const traps: Traps = { outside: join(root, 'outside'), link: '.limber/link' };
    for (const name of ['pipeline.yaml', 'stages/make.mjs', 'data/folder/a.txt']) {
      workspace.write(`deep/workspace/${name}`, workspace.read(name));
    }
    for (const name of ['outside/file', 'outside/sub/file', 'deep/outside/file', 'deep/file']) {
      workspace.write(name, name);
    }
    const remote = join(root, 'remote');
    const run = { workspace: inner, remote };
    const { stages } = await workspace.run(run);
    const fingerprint = stages[0]!.fingerprint!;
    symlinkSync(traps.outside, join(inner, traps.link));
    const state = stateFolder(inner);
    const artifact = readArtifact(state, fingerprint)!;
    const targets = listTargets(state, { artifact, remote, traps });
    const kept = readAll([join(inner, '.limber'), join(inner, 'runs'), remote]);
    const except = [inner, remote];
    const guarded = look(root, except);
    const random = createRandom(11);
    const counts: Record<string, number> = {};
    for (let number = 0; number < count; number++) {
      const [kind, target] = pick(Object.entries(targets), random);
      const before = readFileSync(target.file, 'utf8');
      const { text, mutation } = target.change
        ? { text: target.change(before, random), mutation: 'value' }
        : mutate(before, random, traps);
      rmSync(target.file);
      writeFileSync(target.file, text);
      const what = `${number}: ${kind}, ${mutation}: ${text}`;
      try {
        const reading = text === before ? 'read' : await target.read();
        counts[`${kind}: ${reading}`] = (counts[`${kind}: ${reading}`] ?? 0) + 1;
        if (number % 100 === 0) await collectGarbage({ workspace: inner });
      } catch (error) {
        throw new Error(what, { cause: error });
      }
      expect(look(root, except), what).toEqual(guarded);
      restore(kept);
    }
    for (let number = 0; number < wholeRuns; number++) {
      const [kind, { file, change }] = pick(Object.entries(targets), random);
      const before = readFileSync(file, 'utf8');
      rmSync(file);
      writeFileSync(file, change?.(before, random) ?? mutate(before, random, traps).text);
      if (kind.startsWith('remote')) rmSync(artifactPath(state, fingerprint));
      const result = await workspace.run(run);
      expect(result.outcome, `${kind}: ${JSON.stringify(result.stages)}`).toBe('done');
      const { tree, file: single } = result.stages[0]!.outputs;
      const names = readdirSync(tree!, { recursive: true }).map(String).sort();
      expect(names).toEqual(['run.sh', 'sub', 'sub/a.txt', 'sub/empty']);
      expect(readFileSync(single!, 'utf8')).toBe('c');
      expect(look(root, except)).toEqual(guarded);
      restore(kept);
    }
    if (process.env['LIMBER_MUTATIONS'] !== undefined)
      writeFileSync(join(tmpdir(), 'limber-mutations.json'), JSON.stringify(counts));
    for (const kind of Object.keys(targets)) {
      expect(Object.keys(counts).some((key) => key.startsWith(`${kind}: `))).toBe(true);
    }
  },
);

function listTargets(
  state: StateFolder,
  {
    artifact,
    remote,
    traps,
  }: { readonly artifact: Artifact; readonly remote: string; readonly traps: Traps },
): Record<string, Target> {
  const { fingerprint } = artifact;
  const { digest } = artifact.outputs['tree']!;
  const shared = (path: string): string => join(remote, 'v3', path);
  const nested = (name: string): string => join(name.slice(0, 2), name.slice(2));
  const store = createFolderRemote(remote, { isReadOnly: false });
  const own = artifactPath(state, fingerprint);
  const staging = join(state.staging, 'fuzz');
  const use = (): Promise<Reading> => useArtifact(state, fingerprint);
  const pull = async (): Promise<Reading> => {
    rmSync(own);
    try {
      const pulled = await pullArtifact(store, fingerprint, { state, staging });
      return pulled === undefined ? 'absent' : await use();
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      expect(error.message).toMatch(/^v3\/(artifacts|objects)\/[0-9a-f]{2}\//);
      return 'refused';
    }
  };
  /** Gives a changed listing its right digest, as somebody would who means harm. */
  const publish = (text: string, objects: string, manifest: string): void => {
    const named = sha256Of(text);
    mkdirSync(dirname(join(objects, nested(named))), { recursive: true });
    writeFileSync(join(objects, nested(named)), text);
    rmSync(manifest);
    const tree = { ...artifact.outputs['tree'], digest: named };
    writeFileSync(
      manifest,
      JSON.stringify({ ...artifact, outputs: { ...artifact.outputs, tree } }),
    );
  };
  const changeListing = (text: string, random: Random): string =>
    random() < 0.7 ? changeLine(text, random, traps) : mutate(text, random, traps).text;
  const cached = join(state.workspace, 'data/folder');
  const key = { pipeline: 'hostile', stage: 'make' };
  const [workKey] = readdirSync(state.work);
  const run = join(state.runs, 'hostile', readdirSync(join(state.runs, 'hostile')).sort()[0]!);
  const lock = join(state.locks, 'fuzz');
  const write = (path: string, text: string): string => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const refusedIf = (isRefused: boolean): Reading => (isRefused ? 'refused' : 'read');
  return {
    artifact: { file: own, read: use },
    tree: { file: objectPath(state, digest), read: use },
    'tree with its digest': {
      file: objectPath(state, digest),
      change: changeListing,
      read: () => {
        publish(readFileSync(objectPath(state, digest), 'utf8'), state.objects, own);
        return use();
      },
    },
    'remote artifact': { file: shared(`artifacts/${nested(fingerprint)}.json`), read: pull },
    'remote tree': {
      file: shared(`objects/${nested(digest)}`),
      read: () => {
        rmSync(objectPath(state, digest));
        return pull();
      },
    },
    'remote tree with its digest': {
      file: shared(`objects/${nested(digest)}`),
      change: changeListing,
      read: () => {
        const text = readFileSync(shared(`objects/${nested(digest)}`), 'utf8');
        publish(text, shared('objects'), shared(`artifacts/${nested(fingerprint)}.json`));
        return pull();
      },
    },
    record: {
      file: join(state.records, 'hostile/make.json'),
      read: async () => {
        const [found] = listRecords(state);
        if (found?.record.done === undefined) return 'refused';
        readArtifact(state, found.record.done.fingerprint);
        return 'read';
      },
    },
    owner: {
      file: join(state.work, workKey!, 'owner.json'),
      read: async () => {
        const [before] = listWorkFolders(state);
        const parts: [] = [];
        const attempt = { workKey: workKey!, fingerprint, parts };
        openWorkFolder(state, { owner: key, attempt, isFresh: false });
        const [after] = listWorkFolders(state);
        expect(after!.owner).toBeDefined();
        return refusedIf(before!.owner === undefined);
      },
    },
    lineage: {
      file: write(
        join(state.work, workKey!, 'lineage.json'),
        JSON.stringify({
          latest: { epochs: '26' },
          origins: { '{"epochs":"40"}': { extending: { epochs: '26' }, digest: fingerprint } },
        }),
      ),
      read: async () => {
        const epochs = { kind: 'param', name: 'epochs', value: '40', isExtending: true } as const;
        const attempt = { workKey: workKey!, fingerprint, parts: [epochs] };
        openWorkFolder(state, { owner: key, attempt, isFresh: false });
        return 'read';
      },
    },
    'run.json': {
      file: join(run, 'run.json'),
      read: async () => {
        const summary = readRunSummary(run);
        listRuns(state, 'hostile');
        if (summary === undefined) return 'refused';
        await createRunsPage('hostile', [
          { name: 'run', summary, outcome: summary.outcome, plots: {} },
        ]);
        return 'read';
      },
    },
    'plots.json': {
      file: join(run, 'plots.json'),
      read: async () => refusedIf(Object.keys(readRunPlots(run)).length === 0),
    },
    'lock owner': {
      file: write(join(lock, '1/owner'), 'host~999999999~1'),
      read: async () => refusedIf(isLocked(lock)),
    },
    'lock worker': {
      file: write(join(lock, 'worker'), 'local\nhost~999999999~1'),
      read: async () => {
        const file = join(lock, 'worker');
        try {
          await waitForWorker(lock, {
            work: 'a test',
            watch: createLifeWatch({ silenceMs: 1 }),
            fingerprint: undefined,
            executor: executors.local,
          });
          return 'read';
        } catch (error) {
          expect((error as Error).message).toContain(file);
          return 'refused';
        }
      },
    },
    'digest cache': {
      file: state.digestCache,
      read: async () => {
        const cache = openDigestCache(state.digestCache);
        const found = await cache.digestAll(cached, statFolder(cached));
        expect(found).toBe(await openDigestCache('/none').digestAll(cached, statFolder(cached)));
        const file = join(state.workspace, 'stages/make.mjs');
        const code = await cache.derive(file, 'code', () => Promise.resolve({ unfollowed: [] }));
        expect(code.unfollowed).toEqual([]);
        expect((await cache.digest(file)).sha256).toBe(sha256Of(makeStage));
        return 'read';
      },
    },
    'digest cache of folders': {
      file: `${state.digestCache}.members`,
      read: async () => {
        const stats = statFolder(cached);
        const found = await openDigestCache(state.digestCache).listAll(cached, stats);
        expect(found).toEqual(await openDigestCache('/none').listAll(cached, stats));
        return 'read';
      },
    },
    'verified files': {
      file: join(dirname(state.digestCache), 'verified.txt'),
      read: () => useArtifact(stateFolder(state.workspace), fingerprint),
    },
  };
}

/** Does with an artifact what runs do. */
async function useArtifact(state: StateFolder, fingerprint: string): Promise<Reading> {
  const problems: string[] = [];
  const onProblem = (problem: string): void => void problems.push(problem);
  const outputs = ['tree', 'file'].map((name) => ({ name, path: name }));
  const artifact = readArtifact(state, fingerprint, { outputs, onProblem });
  if (artifact === undefined) {
    expect(problems[0]).toContain(relative(state.workspace, artifactPath(state, fingerprint)));
    return 'refused';
  }
  listArtifactObjects(state, artifact, { withoutLost: true });
  const lost = await findLostOutputs(state, artifact, { isRepairing: true });
  for (const output of Object.values(artifact.outputs)) await ensureView(state, output);
  return lost.length > 0 ? 'refused' : 'read';
}
