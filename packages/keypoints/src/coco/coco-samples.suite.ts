import { coco17 } from '../skeletons/coco17.ts';

/** A category of three joints, complete. */
export const arm = {
  name: 'arm',
  keypoints: ['left_shoulder', 'left_elbow', 'left_wrist'],
  skeleton: [
    [1, 2],
    [2, 3],
  ],
};

/** Two arms in one image, every field of COCO present. */
export function fullForm() {
  const image = { id: 3, file_name: 'clip-1/a.jpg', width: 64, height: 48, group: 'clip-1' };
  const annotation = {
    id: 11,
    image_id: 3,
    category_id: 7,
    keypoints: [10, 20, 2, 15.5, 25, 1, 0, 0, 0],
    num_keypoints: 2,
    bbox: [5, 15, 20, 20],
    area: 300,
    iscrowd: 0,
  };
  return {
    images: [image],
    annotations: [annotation, { ...annotation, id: 12 }],
    categories: [{ ...arm, id: 7, sigmas: [0.079, 0.072, 0.062], pairs: [] }],
  };
}

/** As people write COCO by hand: no area, iscrowd, num_keypoints, category id or limbs; points outside the image. */
export function shortForm() {
  const outside = [
    [200, 150, 2],
    [195, 160, 2],
    [205, 160, 2],
    [190, 170, 1],
    [210, 170, 2],
    [180, 220, 2],
    [220, 220, 2],
    [160, 270, 0],
    ...Array.from({ length: 9 }, () => [0, 0, 0]),
  ];
  const inside = coco17.keypoints.map((_, joint) => [70 + joint * 5, 30 + joint * 8, 2]);
  return {
    images: [
      { id: 1, file_name: 'a.jpg', width: 256, height: 192 },
      { id: 2, file_name: 'b.jpg', width: 256, height: 192 },
    ],
    annotations: [
      { id: 1, image_id: 1, category_id: 1, keypoints: outside.flat(), bbox: [150, 100, 100, 200] },
      { id: 2, image_id: 2, category_id: 1, keypoints: inside.flat(), bbox: [60, 20, 100, 160] },
    ],
    categories: [{ name: 'person', keypoints: coco17.keypoints }],
  };
}
