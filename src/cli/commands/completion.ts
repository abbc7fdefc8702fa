import { defineCommand, type Command } from "../command.ts";
import { COMMANDS } from "../commands.ts";
import { expectCount } from "../parse.ts";
import { COMMON_OPTIONS, EXCHANGE_OPTIONS } from "../globals.ts";
import { SHELLS } from "../completions.ts";
import { UsageError } from "../usageError.ts";

export const completion: Command = defineCommand({
  usage: ["completion bash|zsh|fish"],
  about: `Prints a script that completes commands, options and common values.
  bash:  source <(agentexchange completion bash)        in ~/.bashrc
  zsh:   source <(agentexchange completion zsh)         in ~/.zshrc, after compinit
  fish:  agentexchange completion fish | source         in ~/.config/fish/config.fish`,
  options: {},
  completes: ["bash", "zsh", "fish"],
  usesExchange: false,
  async run(context, { positionals }) {
    expectCount(positionals, 1, 1, "bash, zsh or fish");
    const [shell = ""] = positionals;
    const write = SHELLS[shell];
    if (write === undefined)
      throw new UsageError(`completion needs bash, zsh or fish, received "${shell}". Try --help.`);
    const commands = await Promise.all(
      COMMANDS.map(async ({ name, summary, load }) => {
        const command: Command = await load();
        const options = {
          ...command.options,
          ...(command.usesExchange === false ? {} : EXCHANGE_OPTIONS),
          ...COMMON_OPTIONS,
        };
        return { name, summary, options, completes: command.completes };
      }),
    );
    const script = write(commands);
    await context.result({ shell, script }, () => [script.trimEnd()]);
  },
});
