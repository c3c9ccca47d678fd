import { ADDON_HEADERS, TENSORFLOW_LIBRARIES } from './tensorflow-release.ts';

/** Folder of the headers below an engine folder; needed only while the addon is compiled. */
export const INCLUDE_FOLDER = 'include';

/** Folder of all libraries and the addon below an engine folder. */
export const LIBRARY_FOLDER = 'lib';

/**
 * Says where an entry of a wheel belongs in the engine's folder.
 *
 * NVIDIA's libraries go flat beside TensorFlow's: each finds the others through its $ORIGIN run path.
 *
 * @param entry - path inside the wheel, such as `tensorflow/libtensorflow_cc.so.2`.
 * @returns path relative to the engine's folder, or undefined where the entry is not needed.
 */
export function wheelFileDestination(entry: string): string | undefined {
  const library = /^tensorflow\/([^/]+)$/.exec(entry)?.[1];
  if (library !== undefined && TENSORFLOW_LIBRARIES.includes(library)) {
    return `${LIBRARY_FOLDER}/${library}`;
  }
  const header = /^tensorflow\/include\/(.+)$/.exec(entry)?.[1];
  if (header !== undefined && ADDON_HEADERS.includes(header)) return `${INCLUDE_FOLDER}/${header}`;
  const nvidia = /^nvidia\/[^/]+\/lib\/([^/]+\.so(?:\.[\d.]+)?)$/.exec(entry)?.[1];
  return nvidia === undefined ? undefined : `${LIBRARY_FOLDER}/${nvidia}`;
}

/** The files that a TensorFlow wheel must have given; a wheel without one is not usable. */
export const REQUIRED_WHEEL_FILES: readonly string[] = [
  ...TENSORFLOW_LIBRARIES.map((name) => `${LIBRARY_FOLDER}/${name}`),
  ...ADDON_HEADERS.map((name) => `${INCLUDE_FOLDER}/${name}`),
];
