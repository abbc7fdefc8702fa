import { operations } from "../../tools/catalogue/operations.ts";
import { toolNames } from "../../tools/catalogue/sets.ts";
import type { JsonValue } from "../../tools/json.ts";
import type { OperationDescription } from "../../tools/types.ts";
import { defineCommand, type Command } from "../command.ts";
import type { Layout } from "../context.ts";
import { expectCount, parseChoice } from "../parse.ts";
import { pairsTable, table, type Cell } from "../terminal/table.ts";
import { wrap } from "../terminal/text.ts";
import { findOperation } from "./call.ts";

const SETS = ["look", "trading", "research", "all"] as const;
const TEXT_WIDTH = 100;

export const tools: Command = defineCommand({
  usage: ["tools [--set look|trading|research|all]", "tools NAME"],
  about: `Lists the operations of the platform, or explains one: its arguments and an example for \`agentexchange call\`. With
--json it prints their JSON Schemas, as models receive them.`,
  options: {
    set: { type: "string", value: "SET", choices: SETS, about: "the tools of a set that agents get" },
  },
  usesExchange: false,
  async run(context, { values, positionals }) {
    expectCount(positionals, 0, 1, "");
    const [name] = positionals;
    if (name !== undefined) {
      const found = findOperation(name);
      return context.result(found, (layout) => explain(found, layout));
    }
    const set = parseChoice("set", values.set, SETS);
    const found = set === undefined ? operations : toolNames(set).map(findOperation);
    return context.result(found, (layout) =>
      table(
        [
          { title: "NAME", min: 12 },
          { title: "EFFECT", min: 6 },
          { title: "WHAT IT DOES", min: 12 },
        ],
        found.map((entry): readonly Cell[] => [
          entry.name,
          [entry.effect, entry.effect === "order" ? "yellow" : undefined],
          entry.description,
        ]),
        layout,
      ),
    );
  },
});

function explain(found: OperationDescription, layout: Layout): string[] {
  const { name, description, effect, tier, inputSchema, example } = found;
  const properties = objectOf(inputSchema["properties"]);
  const { required } = inputSchema;
  const names = Array.isArray(required) ? required : [];
  const rows = Object.entries(properties).map(([field, schema]): readonly Cell[] => {
    const meaning = objectOf(schema)["description"];
    return [field, names.includes(field) ? "yes" : "", typeof meaning === "string" ? meaning : ""];
  });
  return [
    layout.paint("bold", name),
    ...wrap(description, Math.min(layout.width, TEXT_WIDTH)),
    "",
    ...pairsTable(
      [
        ["Effect", effect],
        ["Limit", tier],
        ["Example", `agentexchange call ${name} '${JSON.stringify(example)}'`],
      ],
      layout,
    ),
    ...(rows.length === 0
      ? []
      : ["", ...table([{ title: "ARGUMENT" }, { title: "NEEDED" }, { title: "MEANING", min: 12 }], rows, layout)]),
  ];
}

function objectOf(value: JsonValue | undefined): Readonly<Record<string, JsonValue>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}
