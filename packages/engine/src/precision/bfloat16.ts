/** TensorFlow's DT_bfloat16, which tfjs has no name for. */
export const bfloat16 = 14;
