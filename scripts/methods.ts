// `npm run docs`: writes the table of methods in docs/client.md from the client class and the endpoints.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as endpoints from "../src/endpoints/index.ts";

const root = join(import.meta.dirname, "..");
const page = join(root, "docs/client.md");
const start = "<!-- methods: written by `npm run docs` -->\n";
const end = "<!-- end of methods -->\n";

const titles: Readonly<Record<string, string>> = {
  auth: "Accounts and login",
  market: "Market data",
  trading: "Orders and trades",
  account: "Account",
  analytics: "Analytics",
  strategies: "Strategies",
  testRuns: "Strategy tests",
  backtest: "Backtests",
  training: "Training runs",
  metrics: "Metrics",
  agents: "Agents",
  webhooks: "Webhooks",
  client: "Stream and lifetime",
};

interface Method {
  readonly name: string;
  readonly call: string;
  readonly summary: string;
}

/** Reads the public methods of the client class from its source, in its order. */
function readMethods(source: string): Method[] {
  const pattern =
    /^ {2}\/\*\*\n((?: {3}\*.*\n)+?) {3}\*\/\n {2}(static )?(?:async )?(?!constructor)([a-z]\w*)\(((?:.|\n)*?)\n? *\): /gm;
  return [...source.matchAll(pattern)].map(([, comment = "", isStatic, name = "", parameters = ""]) => ({
    name,
    call: `${isStatic === undefined ? "" : "AgentExchangeClient."}${name}(${formatParameters(parameters)})`,
    summary: firstSentence(comment),
  }));
}

/** `symbol, {…}`: positional arguments by name, objects as `{…}`, without the options that every method takes. */
function formatParameters(parameters: string): string {
  return [...parameters.matchAll(/(\w+|\{[^}]*\})\??: (\{[^}]*\}|[^,={]+)/g)]
    .filter(([, , type = ""]) => type.trim() !== "CallOptions")
    .map(([, name = "", type = ""]) => {
      if (name === "connection") return name;
      return /^\{|(Input|Options|Owner)\b/.test(type) ? "{…}" : name;
    })
    .join(", ");
}

function firstSentence(comment: string): string {
  const text = comment.replaceAll(/^ {3}\* ?/gm, "").split(/\n\n|\n@/)[0] ?? "";
  const [sentence = ""] = text.replaceAll("\n", " ").split(/(?<=\.) /);
  return sentence.replaceAll(/\{@link ([\w.]+)\}/g, "`$1`").replaceAll("|", "\\|");
}

/** The HTTP request of an endpoint; empty for methods that combine several. */
function requestOf(name: string): string {
  const endpoint = Object.values(endpoints).find(
    (one) => typeof one === "object" && "path" in one && one.name === name,
  );
  return endpoint !== undefined && "path" in endpoint ? `\`${endpoint.method} ${endpoint.path}\`` : "";
}

/** The folder of each endpoint, by its name. */
async function readGroups(): Promise<ReadonlyMap<string, string>> {
  const groups = new Map<string, string>();
  for (const path of globSync("src/endpoints/*/index.ts", { cwd: root })) {
    const names = Object.keys((await import(join(root, path))) as object);
    for (const name of names) groups.set(name, basename(dirname(path)));
  }
  return groups;
}

/** The section's content: one table for each group of endpoints. */
async function formatMethods(): Promise<string> {
  const groups = await readGroups();
  const tables = new Map<string, string[]>();
  let group = "";
  for (const { name, call, summary } of readMethods(readFileSync(join(root, "src/client/client.ts"), "utf8"))) {
    // Methods without an endpoint belong to the group that they follow in the class.
    group = groups.get(name) ?? (["openStream", "close"].includes(name) ? "client" : group);
    const row = `| \`${call}\` | ${summary} | ${requestOf(name)} |`;
    tables.set(group, [...(tables.get(group) ?? []), row]);
  }
  return [...tables]
    .map(([name, rows]) =>
      [`### ${titles[name] ?? name}`, "", "| method | | request |", "| --- | --- | --- |", ...rows, ""].join("\n"),
    )
    .join("\n");
}

/** The hand-written text around the generated part. */
function splitPage(): { readonly before: string; readonly after: string } {
  const text = readFileSync(page, "utf8");
  const [before = "", rest = ""] = text.split(start);
  const [, after = ""] = rest.split(end);
  return { before, after };
}

/** What docs/client.md should contain, given the current class and endpoints. */
export async function formatPage(): Promise<string> {
  const { before, after } = splitPage();
  return `${before}${start}\n${await formatMethods()}\n${end}${after}`;
}

if (import.meta.main) writeFileSync(page, await formatPage());
