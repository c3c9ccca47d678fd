/** A person to show. */
export interface Draw {
  /** In the dataset. */
  readonly row: number;
  /** How often the person was shown before in the same epoch: each time is augmented in its own way. */
  readonly repeat: number;
}
