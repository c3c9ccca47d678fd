import type { NamedWeight } from '@limber/engine';
import type { Callback } from '../hooks/callback.ts';

/** A part of a model, by the names of its weights. */
interface SummaryRow {
  /** Such as `backbone` or, deeper, `backbone.layer1`. */
  readonly name: string;
  readonly trainable: number;
  readonly others: number;
}

const bytesPerNumber = Float32Array.BYTES_PER_ELEMENT;

/**
 * Writes a table of the model's parts and their parameters before training.
 *
 * @param options.maxDepth - how many parts of a name make a row of their own; -1: every weight.
 */
export function createModelSummary({
  write,
  maxDepth = 1,
}: {
  readonly write: (line: string) => void;
  readonly maxDepth?: number;
}): Callback {
  return {
    onFitStart: ({ module }) => {
      const rows = summarizeWeights(module.weights, maxDepth);
      const width = Math.max(...rows.map(({ name }) => name.length));
      for (const { name, trainable, others } of rows) {
        const rest = others === 0 ? '' : `  ${grouped(others)} not trained`;
        write(`${name.padEnd(width)}  ${grouped(trainable).padStart(12)} parameters${rest}`);
      }
      const total = rows.reduce((sum, row) => sum + row.trainable, 0);
      const others = rows.reduce((sum, row) => sum + row.others, 0);
      const megabytes = ((total + others) * bytesPerNumber) / 1e6;
      write(`${'total'.padEnd(width)}  ${grouped(total).padStart(12)} parameters`);
      write(
        `${grouped(others)} numbers are not trained; all of them take ${megabytes.toFixed(1)} MB`,
      );
    },
  };
}

/** The parts of a model, in the order of its weights. */
function summarizeWeights(
  weights: readonly NamedWeight[],
  maxDepth: number,
): readonly SummaryRow[] {
  const rows = new Map<string, { trainable: number; others: number }>();
  for (const { name, variable, isTrainable } of weights) {
    const parts = name.split(/[./]/);
    const part = maxDepth < 0 ? name : parts.slice(0, Math.max(1, maxDepth)).join('.');
    let row = rows.get(part);
    if (row === undefined) rows.set(part, (row = { trainable: 0, others: 0 }));
    row[isTrainable ? 'trainable' : 'others'] += variable.size;
  }
  return [...rows].map(([name, counts]) => ({ name, ...counts }));
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
