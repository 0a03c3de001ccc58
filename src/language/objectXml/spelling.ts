/** Steps of one letter (put in, left out, replaced, two exchanged) between two words; more than `most` counts as `most + 1`. */
export function spellingDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most || a.length > 200 || b.length > 200) return most + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(
        (previous[j - 1] ?? 0) + (same ? 0 : 1),
        (previous[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    before = previous;
    previous = row;
  }
  return Math.min(previous[b.length] ?? most + 1, most + 1);
}

/** Whether one name is likely the other wrongly spelt: other capitals, or two letters astray, one in a short name. */
export function nearName(a: string, b: string): boolean {
  const most = Math.min(a.length, b.length) < 5 ? 1 : 2;
  return spellingDistance(a.toLowerCase(), b.toLowerCase(), most) <= most;
}

/** The word of a list that is most likely meant: equal without regard to case, blanks and hyphens, else the nearest. */
export function nearest<Word extends string>(text: string, words: readonly Word[]): Word | undefined {
  const plain = (word: string): string => word.toLowerCase().replace(/[\s_-]+/g, '');
  const wanted = plain(text);
  if (wanted === '') return undefined;
  const same = words.find((word) => plain(word) === wanted);
  if (same !== undefined) return same;
  const most = wanted.length < 5 ? 1 : 2;
  let best: Word | undefined;
  let bestDistance = most + 1;
  for (const word of words) {
    const distance = spellingDistance(wanted, plain(word), most);
    if (distance < bestDistance && plain(word).length > 1) [best, bestDistance] = [word, distance];
  }
  return best;
}
