/** The outline of a person without `area`, as a part of the box (MMPose's rule for data without masks). */
export const areaOfBox = 0.53;
