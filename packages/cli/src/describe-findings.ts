import type { BuildSummary } from '@limber/dataset-builder';

/** More findings than this are counted, not listed; all are in `dataset.json`. */
const shownFindings = 20;

/** One warning for each finding in a dataset, naming file, annotation and joint. */
export function describeFindings(
  summary: Pick<BuildSummary, 'sources' | 'findings'>,
): readonly string[] {
  const lines = [
    ...summary.sources.flatMap(({ name, findings }) =>
      findings.map(({ where, message }) => `warning: ${name}: ${where}: ${message}`),
    ),
    ...summary.findings.map(({ where, message }) => `warning: ${where}: ${message}`),
  ];
  const more = lines.length - shownFindings;
  const rest = more > 0 ? [`warning: and ${more} more, listed in dataset.json`] : [];
  return [...lines.slice(0, shownFindings), ...rest];
}
