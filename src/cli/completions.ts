import type { Command, Options } from "./command.ts";

/** What a shell completes of a command. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: Options;
  readonly completes: Command["completes"];
}

const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "XRPUSDT", "ADAUSDT", "DOGEUSDT"];

function wordsOf(completes: CompletedCommand["completes"]): readonly string[] {
  if (completes === "symbols") return SYMBOLS;
  return completes === "files" || completes === undefined ? [] : completes;
}

/** Options whose values are files. */
function fileOptions(options: Options): string[] {
  return Object.entries(options).flatMap(([name, { value }]) => (value === "FILE" ? [`--${name}`] : []));
}

function choicesOf(options: Options): (readonly [option: string, choices: readonly string[]])[] {
  return Object.entries(options).flatMap(([name, { choices }]) =>
    choices === undefined ? [] : [[`--${name}`, choices] as const],
  );
}

const names = (commands: readonly CompletedCommand[]): string => commands.map(({ name }) => name).join(" ");

const flags = (options: Options): string =>
  Object.keys(options)
    .map((name) => `--${name}`)
    .join(" ");

function bash(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(({ name, options, completes }) => {
    const values = choicesOf(options).map(
      ([option, choices]) =>
        `        ${option}) COMPREPLY=($(compgen -W "${choices.join(" ")}" -- "$word")); return ;;`,
    );
    const files = fileOptions(options);
    const ofFiles =
      files.length === 0 ? [] : [`        ${files.join("|")}) COMPREPLY=($(compgen -f -- "$word")); return ;;`];
    return `    ${name})
      case $before in
${[...values, ...ofFiles].join("\n")}
      esac
      words="${[...wordsOf(completes), flags(options)].join(" ")}" ;;`;
  });
  return `# bash completion of agentexchange
_agentexchange() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} words=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names(commands)} help --help --version" -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
    help) words="${names(commands)}" ;;
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _agentexchange agentexchange
`;
}

/** Quotes a text for a shell, in single quotes. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const zshText = (text: string): string => text.replaceAll(/[[\]:\\]/g, String.raw`\$&`);

function zsh(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(({ name, options, completes }) => {
    const specs = Object.entries(options).map(([option, { type, value = "value", choices, about, multiple }]) => {
      const action = choices === undefined ? (value === "FILE" ? "_files" : "") : `(${choices.join(" ")})`;
      const argument = type === "boolean" ? "" : `:${value}:${action}`;
      return quote(`${multiple === true ? "*" : ""}--${option}[${zshText(about)}]${argument}`);
    });
    const words = wordsOf(completes);
    const rest = quote(`*:argument:${completes === "files" ? "_files" : `(${words.join(" ")})`}`);
    return `    ${name}) _arguments ${[...specs, rest].join(" ")} ;;`;
  });
  const described = commands.map(({ name, summary }) => quote(`${name}:${zshText(summary)}`));
  return `#compdef agentexchange
# zsh completion of agentexchange
_agentexchange() {
  if (( CURRENT == 2 )); then
    local -a commands=(${described.join(" ")})
    _describe command commands
    return
  fi
  local name=$words[2]
  words=("\${words[@]:1}")
  (( CURRENT-- ))
  case $name in
${cases.join("\n")}
  esac
}
compdef _agentexchange agentexchange
`;
}

function fish(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, summary, options, completes }) => {
    const condition = `__fish_seen_subcommand_from ${name}`;
    const words = wordsOf(completes);
    return [
      `complete -c agentexchange -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`,
      ...(words.length === 0
        ? []
        : [`complete -c agentexchange -n ${quote(condition)} -f -a ${quote(words.join(" "))}`]),
      ...Object.entries(options).map(([option, { type, short, value, choices, about }]) => {
        const argument = type === "boolean" ? "" : value === "FILE" ? " -r -F" : " -x";
        const list = choices === undefined ? "" : ` -a ${quote(choices.join(" "))}`;
        const letter = short === undefined ? "" : ` -s ${short}`;
        return `complete -c agentexchange -n ${quote(condition)} -l ${option}${letter}${argument}${list} -d ${quote(about)}`;
      }),
    ];
  });
  return `# fish completion of agentexchange\n${lines.join("\n")}\n`;
}

/** Scripts by shell. */
export const SHELLS: Readonly<Record<string, (commands: readonly CompletedCommand[]) => string>> = { bash, zsh, fish };
