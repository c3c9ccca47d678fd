import type { PastRun } from '@limber/runner';
import type { Provenance } from '../commands/pipeline/provenance.ts';
import type { PageContent } from '../pages/page.ts';

/** What a run was made with, the command that makes it again, and the digest of everything it wrote. */
export function provenanceTables({ name, summary }: PastRun): PageContent['tables'] {
  const made = summary.provenance as Partial<Provenance> | undefined;
  const rows = [
    ['run', name],
    ['started', summary.startedAt],
    ['took', `${Math.round(summary.seconds)} s`],
    ...machineRows(made),
    ...summary.stages.flatMap(({ name: stage, provenance = {} }) =>
      Object.entries(provenance).map(([what, value]) => [`${stage}: ${what}`, value]),
    ),
  ];
  return [
    ...(made?.command === undefined ? [] : [commandTable(made.command, made)]),
    { title: 'How it was made', header: ['what', 'value'], rows },
    {
      title: 'Digests',
      header: ['output', 'sha256', 'bytes'],
      rows: summary.stages.flatMap(({ name: stage, contents = {} }) =>
        Object.entries(contents).map(([output, { digest, sizeBytes }]) => [
          `${stage}/${output}`,
          digest,
          sizeBytes.toLocaleString('en'),
        ]),
      ),
    },
  ];
}

function commandTable(command: string, made: Partial<Provenance>): PageContent['tables'][number] {
  const at = made.commit ? [`git checkout ${made.commit}`] : [];
  return {
    title: 'The same again',
    ...(made.isDirty === true ? { note: 'Files differed from the commit when it was made.' } : {}),
    header: ['command'],
    rows: [...at, command].map((line) => [line]),
  };
}

function machineRows(made: Partial<Provenance> | undefined): string[][] {
  if (made?.machine === undefined || made.versions === undefined) return [];
  const { machine, versions, commit, isDirty } = made;
  const { host, cpu, cores, memoryBytes, gpus } = machine;
  const changed = isDirty === true ? ', and files that differed from it' : '';
  return [
    ['commit', commit ? `${commit}${changed}` : 'none'],
    ['machine', host],
    ['processor', `${cpu}, ${cores} cores`],
    ['memory', `${(memoryBytes / 2 ** 30).toFixed(1)} GiB`],
    ['GPUs', gpus.length === 0 ? 'none' : gpus.join(', ')],
    ['Node', versions.node],
    ['Limber', versions.limber],
  ];
}
