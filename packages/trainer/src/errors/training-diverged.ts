/** A loss or a gradient that is NaN or infinite: no later step can repair the weights. */
export class TrainingDiverged extends Error {
  override readonly name = 'TrainingDiverged';
  readonly exitCode = 1;

  /** @param weight - whose gradient is not finite, where the loss still is. */
  constructor(
    loss: number,
    at: { readonly step: number; readonly epoch: number },
    weight: string | null = null,
  ) {
    const what =
      weight === null
        ? `The loss is ${loss}`
        : `The gradient of "${weight}" has numbers that are not finite (the loss is ${loss})`;
    super(
      `${what} at step ${at.step} (epoch ${at.epoch}): expected a finite number. ` +
        'Lower the learning rate, lengthen the warm-up, or clip the gradients.',
    );
  }
}
