import type { LintReport, LintSeverity } from '@limber/dataset-builder';
import { createProgressWriter, writeFileAtomic } from '@limber/files';
import type { Command } from 'commander';
import type { ReadOptions } from '../../options/dataset-options.ts';
import { checkedFileOf } from '../../options/checked-file.ts';
import { addReadOptions, openSources } from '../../options/dataset-options.ts';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { abortOnSignals } from '../../terminal/abort-on-signals.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { Interrupted } from '../../terminal/interrupted.ts';
import { printResult } from '../../terminal/print-result.ts';

interface LintCommandOptions extends ReadOptions, JsonOption {
  readonly annotationsOnly: boolean;
  readonly fix?: string;
  readonly html?: string;
}

/** `limber dataset lint` */
export function addLintCommand(dataset: Command): void {
  const command = dataset
    .command('lint')
    .description('look for what is wrong in annotations and images; nothing is changed')
    .argument('<datasets...>', 'folders or files of annotations; their formats are recognised');
  addReadOptions(command)
    .option('--annotations-only', 'do not read the images', false)
    .option('--fix <out>', 'write a corrected copy into this folder')
    .option('--html <file>', 'write a page of the findings with the images')
    .addOption(jsonOption())
    .action(lint);
}

async function lint(paths: readonly string[], options: LintCommandOptions): Promise<void> {
  const { annotationsOnly, fix, html, json } = options;
  const { buildDataset, fixSource, lintDataset } = await import('@limber/dataset-builder');
  // strict would refuse what the check is to list
  const sources = await openSources(paths, { ...options, strict: false });
  const checkedFile = await checkedFileOf(paths);
  const signal = abortOnSignals();
  const progress = createProgressWriter(process.stderr);
  const reportAs =
    (message: string) =>
    (amount: { readonly done: number; readonly total: number }): void => {
      progress.report({ message, amount: { ...amount, unit: 'items' } });
    };
  const check = async (): Promise<LintReport> => {
    const report = await lintDataset({
      sources,
      annotationsOnly,
      checkedFile,
      signal,
      onProgress: reportAs('Checking'),
    });
    if (fix === undefined) return report;
    await buildDataset({
      sources: sources.map(fixSource),
      out: fix,
      splits: { train: 1, val: 0, test: 0 },
      seed: 1,
      onBadImage: 'skip',
      skipLimit: report.images,
      onDuplicates: 'allow',
      annotationsOnly,
      checkedFile,
      signal,
      onProgress: reportAs('Writing a corrected copy'),
    });
    return report;
  };
  const report = await check()
    .catch((error: unknown) => {
      throw signal.aborted ? new Interrupted(signal) : error;
    })
    .finally(() => progress.end());
  if (html !== undefined) {
    const { createLintPage } = await import('../../pages/lint-page.ts');
    await writeFileAtomic(html, await createLintPage(report, sources));
  }
  printResult(report, {
    json,
    lines: (result) => [
      ...describeReport(result),
      ...(fix === undefined ? [] : [`Corrected copy: ${fix}`]),
      ...(html === undefined ? [] : [`Page: ${html}`]),
    ],
  });
  const harmful = (severity: LintSeverity): boolean =>
    severity === 'error' || (options.strict && severity === 'warning');
  if (report.findings.some(({ severity }) => harmful(severity))) {
    process.exitCode = exitCodes.failed;
  }
}

/** More findings of one kind are counted, not listed; `--json` and `--html` have all of them. */
const shownPerRule = 5;

function describeReport({ images, persons, findings }: LintReport): readonly string[] {
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  const lines = rules.flatMap((rule) => {
    const own = findings.filter((finding) => finding.rule === rule);
    const [{ severity, fix }] = own as [LintReport['findings'][number]];
    const shown = own.slice(0, shownPerRule).map(({ file, image, field, message }) => {
      const place = image === undefined || field.includes(image) ? '' : ` ("${image}")`;
      return `  ${file}: ${field}${place}: ${message}`;
    });
    const more = own.length > shownPerRule ? [`  and ${own.length - shownPerRule} more`] : [];
    return [`${severity} ${rule}: ${own.length}. ${fix}`, ...shown, ...more];
  });
  const counts = `${images} images, ${persons} persons, ${findings.length} findings`;
  return [...lines, counts];
}
