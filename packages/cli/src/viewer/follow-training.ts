import { join } from 'node:path';
import type { MetricsRow } from '../report/metric-points.ts';
import type { TrainingEvent } from './viewer-api.ts';
import type { RowsTail } from './tail-rows.ts';
import { tailRows } from './tail-rows.ts';

/** Tells pages of a training as it goes on. */
export interface TrainingFeed {
  /** Tells everything from the start, then what is new. @returns what ends it. */
  listen(tell: (event: TrainingEvent) => void): () => void;
}

/** How often the logs are looked at while a page listens: two small reads, which no training notices. */
const everyMs = 1000;

/**
 * Follows a training by its files: it is another process, and knows nothing of this.
 *
 * @param options.findLogs - the folder of `metrics.jsonl` and `timing.jsonl`; null while there is none yet.
 * @param options.stepOfPredictions - reads the newest predictions. @returns the step after which they were made; null: none yet.
 */
export function followTraining({
  findLogs,
  stepOfPredictions,
}: {
  readonly findLogs: () => string | null;
  readonly stepOfPredictions: () => Promise<number | null>;
}): TrainingFeed {
  return {
    listen(tell) {
      let tails: readonly RowsTail[] = [];
      let isFirst = true;
      let told: { readonly step: number | null; readonly problem: string } = {
        step: null,
        problem: '',
      };
      let timer: NodeJS.Timeout | undefined;
      let hasEnded = false;
      const look = async (): Promise<void> => {
        if (tails.length === 0) tails = openTails(findLogs());
        if (tails.length === 0) return;
        const { rows, isCut } = await readAll(tails);
        const [metrics, timing] = rows as [MetricsRow[], MetricsRow[]];
        const isAll = isFirst || isCut;
        if (isAll || metrics.length + timing.length > 0)
          tell({ type: 'rows', isAll, metrics, timing });
        isFirst = false;
        const step = await stepOfPredictions();
        if (step !== null && step !== told.step) tell({ type: 'predictions', step });
        told = { step, problem: '' };
      };
      const lookAgain = async (): Promise<void> => {
        try {
          await look();
        } catch (error) {
          const problem = (error as Error).message;
          if (problem !== told.problem) tell({ type: 'problem', message: problem });
          told = { ...told, problem };
        }
        if (!hasEnded) timer = setTimeout(() => void lookAgain(), everyMs);
      };
      void lookAgain();
      return () => {
        hasEnded = true;
        clearTimeout(timer);
      };
    },
  };
}

function openTails(logs: string | null): RowsTail[] {
  if (logs === null) return [];
  return ['metrics', 'timing'].map((name) => tailRows(join(logs, `${name}.jsonl`)));
}

/** Where one log was cut back, all are read from the start. */
async function readAll(
  tails: readonly RowsTail[],
): Promise<{ readonly rows: (readonly MetricsRow[])[]; readonly isCut: boolean }> {
  const read = async (): Promise<(readonly MetricsRow[] | null)[]> => {
    const parts = await Promise.all(tails.map((tail) => tail.read()));
    return parts.map((part) => (part.type === 'cut' ? null : part.rows));
  };
  const rows = await read();
  if (rows.every((part) => part !== null)) return { rows, isCut: false };
  for (const tail of tails) tail.rewind();
  return { rows: (await read()).map((part) => part ?? []), isCut: true };
}
