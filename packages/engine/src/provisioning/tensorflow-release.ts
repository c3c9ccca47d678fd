import { LimberError } from '@limber/files';

/** The TensorFlow release whose native libraries the engine runs on. */
export const tensorflowRelease = '2.21.0';

/** The release of TensorFlow.js that this package is made for. */
export const tfjsVersion = '4.22.0';

/** N-API version that the addon is compiled for; tfjs-node looks for `lib/napi-v8`. */
export const napiVersion = 8;

/** The addon, and the package that carries its source. */
export const addonFile = 'tfjs_binding.node';

/** The native libraries the addon links; they must lie in one folder (their run path is $ORIGIN). */
export const tensorflowLibraries: readonly string[] = [
  'libtensorflow_cc.so.2',
  'libtensorflow_framework.so.2',
];

/** The headers the addon's two source files reach, relative to the wheel's `tensorflow/include`. */
export const addonHeaders: readonly string[] = [
  'tensorflow/c/c_api.h',
  'tensorflow/c/c_api_macros.h',
  'tensorflow/c/tf_attrtype.h',
  'tensorflow/c/tf_buffer.h',
  'tensorflow/c/tf_datatype.h',
  'tensorflow/c/tf_status.h',
  'tensorflow/c/tf_tensor.h',
  'tensorflow/c/tf_tstring.h',
  'tensorflow/c/eager/c_api.h',
  'tensorflow/core/platform/ctstring.h',
  'tensorflow/core/platform/ctstring_internal.h',
  'tsl/platform/ctstring.h',
  'tsl/platform/ctstring_internal.h',
  'xla/tsl/c/tsl_status.h',
];

/** Which build of TensorFlow: for the processor alone, or with CUDA for an NVIDIA GPU. */
export type Variant = 'cpu' | 'cuda';

/**
 * The pip requirement whose wheel carries the native libraries.
 *
 * @throws {LimberError} `unsupported-platform` where no Linux wheel of TensorFlow exists.
 */
export function tensorflowRequirement(
  variant: Variant,
  platform: NodeJS.Platform,
  arch: string,
): string {
  if (platform !== 'linux' || (arch !== 'x64' && arch !== 'arm64')) {
    throw new LimberError('unsupported-platform', {
      what: `TensorFlow's wheel is unpacked on linux x64 and arm64 only; this is ${platform} ${arch}`,
    });
  }
  // The plain wheel for arm64 is already a processor-only build.
  const name = variant === 'cpu' && arch === 'x64' ? 'tensorflow-cpu' : 'tensorflow';
  return `${name}==${tensorflowRelease}`;
}
