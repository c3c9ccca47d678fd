/** A loss, a gradient or a weight that is NaN or infinite: no later step can repair the weights. */
export class TrainingDiverged extends Error {
  override readonly name = 'TrainingDiverged';
  readonly exitCode = 1;

  /** @param found - the loss, or in words what is not finite, such as `The gradient of "kernel" is not finite`. */
  constructor(found: number | string, at: { readonly step: number; readonly epoch: number }) {
    const what = typeof found === 'number' ? `The loss is ${found}` : found;
    super(
      `${what} at step ${at.step} (epoch ${at.epoch}): expected a finite number. ` +
        'Lower the learning rate, lengthen the warm-up, or clip the gradients.',
    );
  }
}
