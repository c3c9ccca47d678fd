/**
 * Whose numbers are to be computed.
 *
 * - `pycocotools`: the reference.
 * - `xtcocotools`: joints are counted instead of reading `num_keypoints`, results without a joint of score > 0 are
 *   left out, and annotation id 0 is an id like any other.
 * - `mmpose`: what MMPose's CocoMetric does to the predictions of a model (rescoring, OKS-NMS), then `xtcocotools`.
 */
export type Convention = 'pycocotools' | 'xtcocotools' | 'mmpose';

export const conventions: readonly Convention[] = ['pycocotools', 'xtcocotools', 'mmpose'];
