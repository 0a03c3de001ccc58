import type { Command } from 'commander';

/** A completion script for a shell, made from the commands and options as they are declared. */
export function completionScript(root: Command, shell: 'bash' | 'zsh' | 'fish'): string {
  const name = root.name();
  const commands = root.commands.map((command) => ({
    name: command.name(),
    description: command.description().replace(/'/g, ''),
    second: command.commands.map((inner) => inner.name()),
    options: longOptions([command, ...command.commands]),
  }));
  switch (shell) {
    case 'bash':
    case 'zsh': {
      const cases = commands
        .map(
          (command) => `    ${command.name}) words="${[...command.second, ...command.options].join(' ')}" ;;`,
        )
        .join('\n');
      const lead = shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : '';
      return `${lead}_lwm2m_workbench() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words
  case "\${COMP_CWORD}:\${COMP_WORDS[1]}" in
    1:*) words="${commands.map((command) => command.name).join(' ')}" ;;
    *) case "\${COMP_WORDS[1]}" in
${cases}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _lwm2m_workbench ${name}
`;
    }
    case 'fish':
      return commands
        .flatMap((command) => [
          `complete -c ${name} -n __fish_use_subcommand -a ${command.name} -d '${command.description}'`,
          ...command.second.map(
            (word) => `complete -c ${name} -n '__fish_seen_subcommand_from ${command.name}' -a ${word}`,
          ),
          ...command.options.map(
            (option) =>
              `complete -c ${name} -n '__fish_seen_subcommand_from ${command.name}' -l ${option.replace(/^--/, '')}`,
          ),
        ])
        .join('\n')
        .concat('\n');
  }
}

/** The options of commands, each once, and `--help`. */
const longOptions = (commands: readonly Command[]): readonly string[] => [
  ...new Set(commands.flatMap(({ options }) => options.flatMap(({ long }) => long ?? []))),
  '--help',
];
