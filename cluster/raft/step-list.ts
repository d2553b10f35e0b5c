/** What one step hands over, in a list that the next step uses again. */
export class StepList<Item> {
  /** Only the first `count` are of this step. */
  readonly items: Item[] = [];
  count = 0;

  clear(): void {
    this.count = 0;
  }

  add(item: Item): void {
    this.items[this.count++] = item;
  }
}
