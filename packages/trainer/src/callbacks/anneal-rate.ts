/**
 * A learning rate on its way from one value to another.
 *
 * @param progress - 0 at the start, 1 at the end.
 * @see PyTorch's `SWALR`.
 */
export function annealRate(
  from: number,
  to: number,
  progress: number,
  strategy: 'cos' | 'linear',
): number {
  const share = strategy === 'linear' ? progress : (1 - Math.cos(Math.PI * progress)) / 2;
  return from + (to - from) * share;
}
