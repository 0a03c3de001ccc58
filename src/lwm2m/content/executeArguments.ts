import { decoded, problem, type Decoded } from '../../base/result';

/** One argument of Execute: its digit and, where given, its value. */
export interface ExecuteArgument {
  readonly digit: number;
  readonly value?: string;
}

const ARGUMENT = /([0-9])(?:='([\x21\x23-\x26\x28-\x5b\x5d-\x7e]*)')?/y;

/**
 * The arguments of Execute: `arg *(,arg)`, an arg being a digit, or a digit, `=` and a value in single quotes
 * (OMA-TS-LightweightM2M_Core-V1_1_1 §6.3.5). Digits are unique; a value has neither quotes nor backslash nor blank.
 */
export function parseExecuteArguments(text: string): Decoded<readonly ExecuteArgument[]> {
  const list: ExecuteArgument[] = [];
  if (text === '') return decoded(list);
  let at = 0;
  for (;;) {
    ARGUMENT.lastIndex = at;
    const found = ARGUMENT.exec(text);
    if (!found) return problem("an argument is due: a digit, or a digit='value'", at, 'ARGUMENT');
    const digit = Number(found[1]);
    if (list.some((one) => one.digit === digit))
      return problem(`argument ${digit} stands twice`, at, 'ARGUMENT');
    list.push(found[2] === undefined ? { digit } : { digit, value: found[2] });
    at += found[0].length;
    if (at === text.length) return decoded(list);
    if (text[at] !== ',') return problem('"," is due between arguments', at, 'ARGUMENT');
    at++;
  }
}
