import type { CategoryJoints } from '@limber/keypoints';

/**
 * The 16 joints of MPII Human Pose.
 *
 * Order: Andriluka et al. 2014, the dataset's `id` of joints. Sigmas: MMPose's `mpii.py`.
 */
export const mpii16: CategoryJoints = {
  name: 'person',
  keypoints: [
    'right_ankle',
    'right_knee',
    'right_hip',
    'left_hip',
    'left_knee',
    'left_ankle',
    'pelvis',
    'thorax',
    'upper_neck',
    'head_top',
    'right_wrist',
    'right_elbow',
    'right_shoulder',
    'left_shoulder',
    'left_elbow',
    'left_wrist',
  ],
  skeleton: [
    [1, 2],
    [2, 3],
    [3, 7],
    [7, 4],
    [4, 5],
    [5, 6],
    [7, 8],
    [8, 9],
    [9, 10],
    [8, 13],
    [13, 12],
    [12, 11],
    [8, 14],
    [14, 15],
    [15, 16],
  ],
  sigmas: [
    0.089, 0.083, 0.107, 0.107, 0.083, 0.089, 0.026, 0.026, 0.026, 0.026, 0.062, 0.072, 0.179,
    0.179, 0.072, 0.062,
  ],
};
