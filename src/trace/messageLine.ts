import type { TracedMessage } from './tracedMessage';

/** Longest value and text on a line. */
const LONGEST_VALUE = 60;
const LONGEST_TEXT = 120;
const MOST_VALUES = 6;

const short = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest)}…`;

function valuesText(values: NonNullable<TracedMessage['values']>): string {
  const told = values
    .slice(0, MOST_VALUES)
    .map(({ path, value }) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return `${path} = ${short(text, LONGEST_VALUE)}`;
    })
    .join(', ');
  return values.length > MOST_VALUES ? `${told} and ${values.length - MOST_VALUES} more` : told;
}

/**
 * A message on one line, without its time: endpoint (or address), direction, type, code, path with its name, format, size, values,
 * whether it came or went before, and how long the answer took. The texts are a device's own: whoever shows the line makes
 * them harmless.
 */
export function messageLine(message: TracedMessage): string {
  const { direction, path, query, name, observe, block, size, format, values, text, problem } = message;
  const { retransmission, elapsed } = message;
  const hasContent = (values && values.length > 0) || text !== undefined;
  const parts = [
    message.endpoint ?? message.address,
    direction === 'in' ? '→' : '←',
    message.type,
    message.code,
    path === undefined ? undefined : `${path}${query === undefined ? '' : `?${short(query, LONGEST_TEXT)}`}`,
    name === undefined ? undefined : `(${name})`,
    observe === undefined ? undefined : `Observe ${observe}`,
    block,
    size === 0 ? undefined : `${format === undefined ? '' : `${format}, `}${size} B${hasContent ? ':' : ''}`,
    values && values.length > 0 ? valuesText(values) : undefined,
    text === undefined ? undefined : `“${short(text, LONGEST_TEXT)}”`,
    problem === undefined ? undefined : `! ${problem}`,
    retransmission === undefined
      ? undefined
      : direction === 'in'
        ? '(again)'
        : `(sent again, ${retransmission}×)`,
    elapsed === undefined
      ? undefined
      : `(after ${elapsed < 10 ? elapsed.toFixed(1) : Math.round(elapsed)} ms)`,
  ];
  return parts.filter((part) => part !== undefined).join(' ');
}
