/** A loss that is not a number any more: no later step can mend the weights. */
export class TrainingDiverged extends Error {
  override readonly name = 'TrainingDiverged';
  readonly exitCode = 1;

  constructor(loss: number, at: { readonly step: number; readonly epoch: number }) {
    super(
      `The loss is ${loss} at step ${at.step} (epoch ${at.epoch}): expected a finite number. ` +
        'Lower the learning rate, lengthen the warm-up, or clip the gradients.',
    );
  }
}
