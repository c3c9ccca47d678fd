import { drawPose, hiddenIn, labelledJoints, pointsOf } from '@limber/pose-trainer/drawing';
import type { JSX } from 'preact';
import type { ViewedPerson, ViewSkeleton } from '../src/viewer/viewer-api.ts';

/** The poses of a person, as SVG shapes in the frame of its picture. A hidden joint is a ring. */
export function Pose({
  keypoints,
  prediction,
  skeleton,
  unit,
}: Pick<ViewedPerson, 'keypoints'> & {
  readonly prediction: ViewedPerson['prediction'];
  readonly skeleton: ViewSkeleton;
  /** Pixels of the picture to one of the screen. */
  readonly unit: number;
}): JSX.Element {
  const style = prediction === null ? 'predicted' : 'true';
  const truth = drawPose(labelledJoints(keypoints), skeleton, {
    style,
    unit,
    isHidden: hiddenIn(keypoints),
  });
  const found =
    prediction === null
      ? ''
      : drawPose(pointsOf(prediction, 3), skeleton, { style: 'predicted', unit });
  return <g dangerouslySetInnerHTML={{ __html: truth + found }} />;
}
