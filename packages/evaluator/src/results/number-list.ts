/** Numbers in the order they came, in memory that grows by doubling. */
export class NumberList {
  values: Float64Array;
  length = 0;

  /** @param capacity - room for this many numbers to begin with. */
  constructor(capacity: number) {
    this.values = new Float64Array(Math.max(1, Math.ceil(capacity)));
  }

  add(value: number): void {
    if (this.length === this.values.length) this.#grow();
    this.values[this.length++] = value;
  }

  addAll(values: Float64Array): void {
    while (this.length + values.length > this.values.length) this.#grow();
    this.values.set(values, this.length);
    this.length += values.length;
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.values.length);
    larger.set(this.values);
    this.values = larger;
  }
}
