import type { BuildFinding, SplitSummary } from './build-summary.ts';

/** Shares of joints that differ from those of the whole dataset by more than this are named. */
const largestDifference = 0.1;

/**
 * Finds splits whose joints are hidden or labelled more or less often than in the dataset as a whole. Groups are drawn one
 * by one, so that no sample changes sides when data is added; what is drawn for a small split may be unlike the rest.
 */
export function compareSplits(splits: readonly SplitSummary[]): BuildFinding[] {
  const all = sharesOf(splits.map(({ joints }) => joints));
  const drawn = splits.filter(({ drawnGroups }) => drawnGroups > 0);
  return drawn.flatMap(({ file, joints }): BuildFinding[] => {
    const own = sharesOf([joints]);
    const unlike = (['labelled', 'hidden'] as const).filter(
      (share) => Math.abs(own[share] - all[share]) > largestDifference,
    );
    return unlike.map((share) => {
      const of = share === 'hidden' ? 'labelled joints' : 'joints';
      const message = `${percent(own[share])} of its ${of} are ${share}, ${percent(all[share])} of the whole dataset's: another --seed draws other groups`;
      return { kind: 'split-unlike-dataset', where: file, message };
    });
  });
}

function sharesOf(counts: readonly SplitSummary['joints'][]): { labelled: number; hidden: number } {
  const sum = (kind: keyof SplitSummary['joints']): number =>
    counts.reduce((total, count) => total + count[kind], 0);
  const labelled = sum('visible') + sum('hidden');
  const part = (count: number, of: number): number => (of === 0 ? 0 : count / of);
  return {
    labelled: part(labelled, labelled + sum('notLabelled')),
    hidden: part(sum('hidden'), labelled),
  };
}

function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}
