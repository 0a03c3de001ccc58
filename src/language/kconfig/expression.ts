import type { KconfigValue } from './fragment';
import { readValue, sameValue } from './value';

/** Whether a condition holds; `undefined`: it rests on something that isn't known. */
export type Truth = boolean | undefined;

/** A condition of Kconfig, read: `A && !B || C >= 4`. */
export type Expression =
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: KconfigValue }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'compare';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  /** Not understood: a macro, or no expression. */
  | { readonly kind: 'unknown' };

const TOKEN = /\s*(&&|\|\||!=|<=|>=|[!=<>()]|"(?:[^\\"]|\\.)*"|[\w-]+|\S)/y;
const DEEPEST = 64;

class ExpressionReader {
  private readonly tokens: string[] = [];
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length;) {
      const token = TOKEN.exec(text)?.[1];
      // A comment ends the line.
      if (token === undefined || token === '#') break;
      this.tokens.push(token);
    }
  }

  read(): Expression {
    const expression = this.or();
    return this.at === this.tokens.length ? expression : { kind: 'unknown' };
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }

  private or(): Expression {
    let left = this.and();
    while (this.take('||')) left = { kind: 'or', left, right: this.and() };
    return left;
  }

  private and(): Expression {
    let left = this.comparison();
    while (this.take('&&')) left = { kind: 'and', left, right: this.comparison() };
    return left;
  }

  private comparison(): Expression {
    const left = this.single();
    const operator = this.tokens[this.at];
    if (operator === undefined || !/^(=|!=|<|>|<=|>=)$/.test(operator)) return left;
    this.at++;
    return { kind: 'compare', operator, left, right: this.single() };
  }

  private single(): Expression {
    if (++this.depth > DEEPEST) return { kind: 'unknown' };
    try {
      if (this.take('!')) return { kind: 'not', of: this.single() };
      if (this.take('(')) {
        const inner = this.or();
        return this.take(')') ? inner : { kind: 'unknown' };
      }
    } finally {
      this.depth--;
    }
    const token = this.tokens[this.at++];
    if (token === undefined) return { kind: 'unknown' };
    const value = readValue(token);
    if (value.type !== 'unreadable') return { kind: 'literal', value };
    return /^\w+$/.test(token) ? { kind: 'symbol', name: token } : { kind: 'unknown' };
  }
}

const LONGEST = 2000;

/** Reads a condition; what isn't understood (or longer than 2,000 characters) is `unknown`, never an error. */
export const parseExpression = (text: string): Expression =>
  text.length > LONGEST ? { kind: 'unknown' } : new ExpressionReader(text).read();

/** The value of an operand, by what is known of symbols (names without `CONFIG_`). */
export type Lookup = (name: string) => KconfigValue | undefined;

const valueOf = (expression: Expression, look: Lookup): KconfigValue | undefined =>
  expression.kind === 'symbol'
    ? look(expression.name)
    : expression.kind === 'literal'
      ? expression.value
      : undefined;

function compared(operator: string, left: KconfigValue, right: KconfigValue): Truth {
  if (operator === '=') return sameValue(left, right);
  if (operator === '!=') return !sameValue(left, right);
  if ((left.type !== 'int' && left.type !== 'hex') || (right.type !== 'int' && right.type !== 'hex'))
    return undefined;
  const [a, b] = [left.value, right.value];
  return operator === '<' ? a < b : operator === '>' ? a > b : operator === '<=' ? a <= b : a >= b;
}

/** Whether a condition holds, as far as it can be told: one known side can decide `&&` and `||`. */
export function evaluate(expression: Expression, look: Lookup): Truth {
  switch (expression.kind) {
    case 'unknown':
      return undefined;
    case 'symbol':
    case 'literal': {
      const value = valueOf(expression, look);
      // Kconfig counts what is no tristate as n.
      return value === undefined ? undefined : value.type === 'tristate' && value.value !== 'n';
    }
    case 'not': {
      const inner = evaluate(expression.of, look);
      return inner === undefined ? undefined : !inner;
    }
    case 'and': {
      const left = evaluate(expression.left, look);
      if (left === false) return false;
      const right = evaluate(expression.right, look);
      return right === false ? false : left === undefined ? undefined : right;
    }
    case 'or': {
      const left = evaluate(expression.left, look);
      if (left === true) return true;
      const right = evaluate(expression.right, look);
      return right === true ? true : left === undefined ? undefined : right;
    }
    case 'compare': {
      const left = valueOf(expression.left, look);
      const right = valueOf(expression.right, look);
      return left === undefined || right === undefined
        ? undefined
        : compared(expression.operator, left, right);
    }
  }
}
