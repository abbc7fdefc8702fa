import { errorCatalogue } from "../../tools/errors/catalogue.ts";
import { mostSimilar } from "../../wire/similar.ts";
import { defineCommand, type Command } from "../command.ts";
import { CommandError } from "../exits.ts";
import { expectCount } from "../parse.ts";
import { pairsTable, table, type Cell } from "../terminal/table.ts";

const RETRYABLE = { true: "yes", false: "no", reads: "reads only" } as const;

export const errors: Command = defineCommand({
  usage: ["errors [CODE]"],
  about: "Lists the codes of errors with their meaning, or explains one: whether to try again, and what to do.",
  options: {},
  usesExchange: false,
  async run(context, { positionals }) {
    expectCount(positionals, 0, 1, "");
    const [code] = positionals;
    if (code === undefined)
      return context.result(errorCatalogue, (layout) =>
        table(
          [
            { title: "CODE", min: 24 },
            { title: "AGAIN", min: 5, drop: 1 },
            { title: "MEANING", min: 12 },
          ],
          errorCatalogue.map((entry): readonly Cell[] => [entry.code, RETRYABLE[`${entry.retryable}`], entry.meaning]),
          layout,
        ),
      );
    const found = errorCatalogue.find((entry) => entry.code === code.toUpperCase());
    if (found === undefined) {
      const similar = mostSimilar(
        code,
        errorCatalogue.map((entry) => entry.code),
      );
      const hint = similar === undefined ? "See: agentexchange errors" : `Did you mean "${similar}"?`;
      throw new CommandError(`Unknown error code "${code}". ${hint}`, "UNKNOWN_CODE", "not_found");
    }
    return context.result(found, (layout) =>
      pairsTable(
        [
          ["Code", found.code],
          ["Class", found.error ?? "–"],
          ["Meaning", found.meaning],
          ["Try again", RETRYABLE[`${found.retryable}`]],
          ["What to do", found.nextStep],
        ],
        layout,
      ),
    );
  },
});
