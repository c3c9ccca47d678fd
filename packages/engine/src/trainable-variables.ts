import type { LayersModel, Variable } from '@tensorflow/tfjs';

/** The tfjs variables behind a model's trainable weights, in the model's order, for `tf.variableGrads`. */
export function trainableVariables(model: LayersModel): Variable[] {
  return model.trainableWeights.map(
    (weight) => (weight as unknown as { readonly val: Variable }).val,
  );
}
