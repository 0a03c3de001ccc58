import type { TextRange } from '../text';
import type { XmlElement, XmlTree } from './tree';

/** A stretch that can be folded away, its first line staying. */
export interface Fold {
  readonly range: TextRange;
  readonly kind: 'element' | 'comment';
}

/** Elements and comments of more than one line, by place. */
export function foldsOf(tree: XmlTree): readonly Fold[] {
  const folds: Fold[] = [];
  const isLong = ({ start, end }: TextRange): boolean => /[\r\n]/.test(tree.text.slice(start, end));
  for (const { range } of tree.comments) if (isLong(range)) folds.push({ range, kind: 'comment' });
  const visit = (element: XmlElement): void => {
    if (!isLong(element.range)) return;
    folds.push({ range: element.range, kind: 'element' });
    element.children.forEach(visit);
  };
  if (tree.root) visit(tree.root);
  return folds.sort((a, b) => a.range.start - b.range.start);
}
