import type { Skeleton } from './skeleton.ts';

/**
 * The 17 joints of COCO persons.
 *
 * Names and links: Lin et al. 2014, arXiv:1405.0312, and the dataset's person category.
 * Sigmas: the keypoint evaluation of COCO (cocoeval), measured on 5,000 images annotated twice.
 */
export const coco17: Skeleton = {
  name: 'coco-17',
  keypoints: [
    'nose',
    'left_eye',
    'right_eye',
    'left_ear',
    'right_ear',
    'left_shoulder',
    'right_shoulder',
    'left_elbow',
    'right_elbow',
    'left_wrist',
    'right_wrist',
    'left_hip',
    'right_hip',
    'left_knee',
    'right_knee',
    'left_ankle',
    'right_ankle',
  ],
  links: [
    [15, 13],
    [13, 11],
    [16, 14],
    [14, 12],
    [11, 12],
    [5, 11],
    [6, 12],
    [5, 6],
    [5, 7],
    [6, 8],
    [7, 9],
    [8, 10],
    [1, 2],
    [0, 1],
    [0, 2],
    [1, 3],
    [2, 4],
    [3, 5],
    [4, 6],
  ],
  pairs: [
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
    [9, 10],
    [11, 12],
    [13, 14],
    [15, 16],
  ],
  upperBody: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  lowerBody: [11, 12, 13, 14, 15, 16],
  sigmas: [
    0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072, 0.062, 0.062, 0.107, 0.107,
    0.087, 0.087, 0.089, 0.089,
  ],
};
