/**
 * SimpleBaseline's factor of one half, times MMPose's usual `loss_weight` of 1000 for heatmaps, whose squared errors are tiny.
 * Adam does not care; gradient clipping and SGD do.
 */
export const heatmapLossScale = 0.5 * 1000;
