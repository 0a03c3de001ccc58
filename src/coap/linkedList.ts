/** What a {@link LinkedList} is made of. */
export interface Linked<T> {
  before: T | undefined;
  after: T | undefined;
}

/**
 * A collection of what comes and goes with every message, linked through the members themselves. A `Map` or `Set` would
 * be rebuilt time and again, and each table it leaves behind points to the next: once an old one has outlived a few
 * minor collections, all that ever was in those after it does too.
 */
export class LinkedList<T extends Linked<T>> {
  private first: T | undefined;

  /** `item` must be in no list. */
  add(item: T): void {
    item.after = this.first;
    if (this.first) this.first.before = item;
    this.first = item;
  }

  /** `item` must be in this list, or in none. */
  delete(item: T): void {
    const { before, after } = item;
    if (before) before.after = after;
    else if (this.first === item) this.first = after;
    if (after) after.before = before;
    item.before = undefined;
    item.after = undefined;
  }

  /** The newest first; those that are there now, whatever becomes of them. */
  all(): readonly T[] {
    const items: T[] = [];
    for (let item = this.first; item; item = item.after) items.push(item);
    return items;
  }
}
