/** Something that holds a resource until it is disposed; disposing twice does nothing more. */
export interface Disposable {
  dispose(): void;
}

/** Owns disposables; what is added after the end is disposed at once. Disposal runs in reverse order of adding. */
export class DisposableStore implements Disposable {
  private readonly items: Disposable[] = [];
  private disposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.disposed) item.dispose();
    else this.items.push(item);
    return item;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const item of this.items.reverse()) item.dispose();
    this.items.length = 0;
  }
}
