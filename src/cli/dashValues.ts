import type { Command } from 'commander';

/**
 * The words of a command whose values may begin with `-` (`write /3308/0/5900 -12.5`, `write /3/0/14 -05:00`): a word
 * that stands where a value is due and is no option of the command is put behind `--`, so that it is read as one.
 */
export function withDashValues(command: Command, words: readonly string[]): readonly string[] {
  const options: string[] = [];
  const operands: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') {
      operands.push(...words.slice(at + 1));
      break;
    }
    const option = optionOf(command, word);
    const valueIsDue = operands.length % 2 === 1;
    if (option === undefined && (!word.startsWith('-') || word === '-' || valueIsDue)) operands.push(word);
    else options.push(word);
    const next = words[at + 1];
    if (option?.takesNext && next !== undefined) {
      options.push(next);
      at++;
    }
  }
  return operands.some((word) => word.startsWith('-')) ? [...options, '--', ...operands] : words;
}

function optionOf(command: Command, word: string): { readonly takesNext: boolean } | undefined {
  if (word === '-h' || word === '--help') return { takesNext: false };
  const [name] = word.split('=', 1);
  const option = command.options.find(({ long, short }) => long === name || short === name);
  return option && { takesNext: option.required && name === word };
}
