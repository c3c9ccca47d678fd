/** How a resumable stage comes to what is asked for. */
export interface Extension {
  /** Equal keys give equal outputs. */
  readonly key: string;
  /** The numbers that were asked for on the way here; the last is what is asked for now. */
  readonly history: readonly number[];
  /** How many epochs or rounds it does now, if it runs. */
  readonly steps: number;
}

/** An account of a stage's working folders. */
export interface Extensions {
  /** @param folder - what the stage is given besides the number of epochs or rounds. */
  ask(folder: string, asked: number): Extension;
}

/**
 * @param isKept - whether the store has what was made for a key.
 * @param contentOf - what the working folder holds after such a history; it is in an extension's key.
 */
export function createExtensions(
  isKept: (key: string) => boolean,
  contentOf: (history: readonly number[]) => unknown,
): Extensions {
  const folders = new Map<string, Folder>();
  return {
    ask(folder, asked) {
      const keyOf = (history: readonly number[]): string => {
        const before = history.slice(0, -1);
        const origin = before.length === 0 ? null : [before.at(-1), contentOf(before)];
        return JSON.stringify([folder, origin, history.at(-1)]);
      };
      const now = folders.get(folder) ?? {
        history: [],
        extended: new Map<number, readonly number[]>(),
      };
      folders.set(folder, now);
      const known = now.extended.get(asked);
      for (const history of [[asked], ...(known === undefined ? [] : [known])]) {
        if (isKept(keyOf(history))) return { key: keyOf(history), history, steps: 0 };
      }
      const done = now.history.at(-1) ?? 0;
      const begun = done > asked ? [] : now.history;
      const history = done === asked ? begun : [...begun, asked];
      const key = keyOf(history);
      const steps = asked - (begun.at(-1) ?? 0);
      if (isKept(key)) return { key, history, steps: 0 };
      now.history = history;
      if (history.length > 1) now.extended.set(asked, history);
      else now.extended.delete(asked);
      return { key, history, steps };
    },
  };
}

interface Folder {
  /** The numbers asked for since the folder was empty. */
  history: readonly number[];
  /** Number asked for → how an extension came to it. */
  readonly extended: Map<number, readonly number[]>;
}
