import type { AnswerView, ValueView } from '../contract/device';
import { harmless } from './output';

/** A JSON value on one line of a terminal: texts bare and harmless, the rest as JSON. */
export const jsonText = (value: ValueView['value']): string =>
  typeof value === 'string' ? harmless(value) : JSON.stringify(value);

/** `/3/0/3 = 1.4.0` a line, or the code of a refusal with the device's words. */
export function answerText(answer: AnswerView): string {
  const lines = answer.values.map(({ path, value, type }) => `${path} = ${jsonText(value)}  (${type})`);
  for (const link of answer.links ?? []) {
    const attributes = Object.entries(link.attributes).map(([name, value]) => ` ${name}=${value}`);
    lines.push(link.path + attributes.join(''));
  }
  if (answer.location !== undefined) lines.push(`created ${answer.location}`);
  if (lines.length === 0) {
    const words = answer.diagnostic === undefined ? '' : `: ${harmless(answer.diagnostic)}`;
    lines.push(`${answer.code}${words}`);
  }
  return lines.join('\n');
}
