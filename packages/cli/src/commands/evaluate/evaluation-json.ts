import type { KeypointEvaluation, KeypointScores } from '@limber/evaluator';
import { scoreNames } from '@limber/evaluator/core';
import type { EvaluationOutcome } from './run-evaluation.ts';

/** The outcome as one JSON document; the ten numbers stand at the top. */
export function evaluationJson(
  outcome: EvaluationOutcome,
  options: { readonly perImage: boolean },
): Record<string, unknown> {
  const { truth, sigmas, evaluation, detected, intervals, other, errors, pck } = outcome;
  const { perImage, perKeypoint, ...numbers } = evaluation;
  const names = truth.category.keypoints;
  return {
    ...numbers,
    sigmas,
    derivations: truth.derivations,
    perKeypoint: perKeypoint.map((joint, index) => ({ name: names[index], ...joint })),
    ...(options.perImage ? { perImage: nameImages(perImage, truth) } : {}),
    ...(detected === undefined
      ? {}
      : { boxes: { true: scoresOf(evaluation), detected: scoresOf(detected) } }),
    ...(intervals === undefined ? {} : { intervals }),
    ...(other === undefined
      ? {}
      : { other: scoresOf(other.evaluation), comparison: other.comparison }),
    ...(errors === undefined
      ? {}
      : {
          errors: {
            costs: errors.costs,
            perKeypoint: errors.perKeypoint.map((counts, index) => ({
              name: names[index],
              ...counts,
            })),
          },
        }),
    ...(pck === undefined ? {} : { pck }),
  };
}

/** Says the name of each image and its id in the user's own file, where the file of annotations has them. */
function nameImages(
  perImage: KeypointEvaluation['perImage'],
  { images }: EvaluationOutcome['truth'],
): readonly object[] {
  const imageOf = new Map(images.map((image) => [image.id, image]));
  return perImage.map((scores) => {
    const { file_name: fileName, source_id: sourceId } = imageOf.get(scores.imageId) ?? {};
    return {
      ...scores,
      ...(fileName === undefined ? {} : { fileName }),
      ...(sourceId === undefined ? {} : { sourceId }),
    };
  });
}

function scoresOf(evaluation: KeypointEvaluation): KeypointScores {
  return Object.fromEntries(
    scoreNames.map((name) => [name, evaluation[name]]),
  ) as unknown as KeypointScores;
}
