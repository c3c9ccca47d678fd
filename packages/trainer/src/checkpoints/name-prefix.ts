import type { NamedTensors } from '@limber/engine';

/** Puts `prefix/` before every name. */
export function withPrefix(prefix: string, arrays: NamedTensors): NamedTensors {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [`${prefix}/${name}`, array]),
  );
}

/** Those whose name starts with `prefix/`, without it. */
export function ofPrefix(prefix: string, arrays: NamedTensors): NamedTensors {
  const start = `${prefix}/`;
  return Object.fromEntries(
    Object.entries(arrays)
      .filter(([name]) => name.startsWith(start))
      .map(([name, array]) => [name.slice(start.length), array]),
  );
}
