const CHARACTERS = ['<', '>', '&', '"', "'", '/', ' ', 'x'];

/** Every text that one character makes of a text: taken away, put in, or exchanged, at every place. */
export function* singleMutations(text: string): Generator<string> {
  for (let at = 0; at <= text.length; at++) {
    const before = text.slice(0, at);
    if (at < text.length) yield before + text.slice(at + 1);
    for (const character of CHARACTERS) {
      yield before + character + text.slice(at);
      if (at < text.length) yield before + character + text.slice(at + 1);
    }
  }
}

/** At every place of a text one taken away, one put in and one exchanged, the character another from place to place. */
export function* someMutations(text: string): Generator<string> {
  for (let at = 0; at < text.length; at++) {
    const before = text.slice(0, at);
    const after = text.slice(at + 1);
    yield before + after;
    yield before + (CHARACTERS[at % 8] ?? '') + text.slice(at);
    yield before + (CHARACTERS[(at + 3) % 8] ?? '') + after;
  }
}
