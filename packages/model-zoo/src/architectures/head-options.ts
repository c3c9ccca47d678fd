/** What decides the shape of a model's head. */
export interface HeadOptions {
  readonly jointCount: number;
  /** How many bins each side of the input has, for SimCC. */
  readonly bins: { readonly x: number; readonly y: number };
}
