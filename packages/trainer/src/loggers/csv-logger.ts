import { existsSync, readFileSync } from 'node:fs';
import { LimberError, writeFileAtomicSync } from '@limber/files';
import { WriteFailed } from '../errors/write-failed.ts';
import { createAppendFile } from './append-file.ts';
import type { FileLoggerOptions } from './jsonl-logger.ts';
import type { Logger } from './logger.ts';
import { createXAxes } from './x-axes.ts';

/**
 * One row per moment, one column per metric, empty where a metric was not logged: what a spreadsheet opens.
 *
 * A metric that comes up later adds a column: the file is then written anew, its header with it. On resume it is brought back
 * to the rows and columns that it had at the checkpoint.
 *
 * @param file - created with its folder when missing.
 */
export function createCsvLogger(
  file: string,
  { xAxes = ['step', 'epoch'], now = () => performance.now() }: FileLoggerOptions = {},
): Logger {
  const output = createAppendFile(file);
  const axes = createXAxes(xAxes, now);
  let columns: readonly string[] = [];
  let rows: string[] = [];

  const rewrite = (): void => {
    output.close();
    const text = Buffer.from([columns.map(quote).join(','), ...rows, ''].join('\n'));
    try {
      writeFileAtomicSync(file, text);
    } catch (error) {
      throw new WriteFailed(file, error);
    }
    output.open(text.length);
  };

  return {
    type: 'csv',
    open: (state) => {
      axes.open(state);
      columns = state === null ? [] : (JSON.parse(String(state['columns'])) as string[]);
      rows = readRows(file, Number(state?.['rows'] ?? 0), columns.length);
      if (columns.length > 0) rewrite();
      else output.open(0);
    },
    logMetrics: (metrics, at) => {
      const values: Readonly<Record<string, number>> = { ...axes.valuesOf(at), ...metrics };
      const added = Object.keys(values).filter((name) => !columns.includes(name));
      const row = [...columns, ...added].map((name) => values[name]?.toString() ?? '').join(',');
      if (added.length > 0) {
        columns = [...columns, ...added];
        rows = rows.map((one) => one + ','.repeat(added.length));
        rewrite();
      }
      rows.push(row);
      output.append(Buffer.from(`${row}\n`));
    },
    getState: () => ({
      rows: rows.length,
      columns: JSON.stringify(columns),
      ...axes.getState(),
    }),
    sync: () => output.sync(),
    close: () => output.close(),
  };
}

/** The first rows of a file, without columns that were added after the checkpoint: cells are numbers or empty. */
function readRows(file: string, count: number, columnCount: number): string[] {
  const body = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(1, -1) : [];
  if (body.length < count) {
    throw new LimberError('corrupt-data', {
      where: file,
      what: 'the log is shorter than it was at the checkpoint',
      expected: `at least ${count} rows`,
      got: `${body.length}`,
      fix: 'Bring the file back, or delete the checkpoints to train from the start.',
    });
  }
  return body.slice(0, count).map((row) => row.split(',').slice(0, columnCount).join(','));
}

/** A name with a comma or quote in it, as RFC 4180 has it. */
function quote(name: string): string {
  return /[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
