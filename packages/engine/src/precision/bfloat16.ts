import type { NativeBackend, OpAttribute } from '../loading/native-backend.ts';

/** TensorFlow's DT_bfloat16, which tfjs has no name for. */
export const bfloat16 = 14;

/** The attributes of TensorFlow's `Cast`, by its numbers of the two types. */
export function castAttributes(
  { TF_ATTR_TYPE: type }: NativeBackend['binding'],
  from: number,
  to: number,
): OpAttribute[] {
  return [
    { name: 'SrcT', type, value: from },
    { name: 'DstT', type, value: to },
  ];
}
