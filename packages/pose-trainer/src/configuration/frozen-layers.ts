/**
 * Whether a pattern names a layer or one of its weights: by the beginning of its name, up to a dot or the end. A `*` in the
 * pattern stands for any one part between two dots.
 *
 * @param name - of a layer (`backbone.layer1.0.conv1`) or a weight (`backbone.layer1.0.conv1/kernel`).
 */
export function namesLayer(pattern: string, name: string): boolean {
  const wanted = pattern.split('.');
  const parts = name.split(/[./]/);
  return (
    wanted.length <= parts.length && wanted.every((part, at) => part === '*' || part === parts[at])
  );
}
