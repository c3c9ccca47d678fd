/**
 * Fills a file name template: `{epoch}-{step}` becomes `epoch=3-step=400`, `{val/AP:.3f}` becomes `val-AP=0.712`,
 * `{step:06d}` becomes `step=000400`.
 *
 * A slash in a metric's name becomes a dash. A metric that was never logged counts as 0.
 *
 * @param hasNames - whether `{epoch}` becomes `epoch=3` or `3`.
 */
export function formatFileName(
  template: string,
  values: Readonly<Record<string, number>>,
  hasNames = true,
): string {
  return template.replaceAll(
    /\{([^{}:]+)(?::(?:0(\d+)d|\.(\d+)f))?\}/g,
    (...match: readonly (string | undefined)[]) => {
      const [, name = '', width = '0', decimals] = match;
      const value = values[name] ?? 0;
      const text =
        decimals === undefined
          ? String(value).padStart(Number(width), '0')
          : value.toFixed(Number(decimals));
      return hasNames ? `${name.replaceAll('/', '-')}=${text}` : text;
    },
  );
}
