/** A place on a material. */
export interface TexturePlace {
  /** Turns around a limb from 0 to 1; on a face, metres to the left (10 more at the back). */
  readonly u: number;
  /** Metres along a limb; on a face, metres above the eyes. */
  readonly v: number;
}
