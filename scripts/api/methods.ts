// The table of methods in docs/client.md, from the client class and the endpoints.
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as endpoints from "../../src/endpoints/index.ts";

const root = join(import.meta.dirname, "../..");

export const TITLES: Readonly<Record<string, string>> = {
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

const MARKED = /(<!-- methods: written by npm run api -->\n).*?(<!-- end of methods -->)/s;
const METHOD =
  /^ {2}\/\*\*\n((?: {3}\*.*\n)+?) {3}\*\/\n {2}(static )?(?:async )?(?!constructor)([a-z]\w*)\(((?:.|\n)*?)\n? *\): /gm;

/** The page with its table of methods brought up to date. */
export function withMethodTable(page: string, source: string): string {
  const tables = methodTables(source);
  return page.replace(MARKED, (_match, start: string, end: string) => `${start}\n${tables}\n${end}`);
}

/** A method of the client class as it is written. */
export interface Method {
  readonly name: string;
  readonly isStatic: boolean;
  readonly parameters: string;
  /** Its comment, without stars. */
  readonly comment: string;
}

/** The documented methods of the client class, in their order. */
export function readMethods(source: string): readonly Method[] {
  return [...source.matchAll(METHOD)].map(([, comment = "", isStatic, name = "", parameters = ""]) => ({
    name,
    isStatic: isStatic !== undefined,
    parameters,
    comment: comment.replaceAll(/^ {3}\* ?/gm, ""),
  }));
}

/** One table for each group of endpoints, in the order of the class. */
function methodTables(source: string): string {
  const groups = readGroups();
  const tables = new Map<string, string[]>();
  let group = "";
  for (const { comment, isStatic, name, parameters } of readMethods(source)) {
    // Methods without an endpoint belong to the group that they follow in the class.
    group = groups.get(name) ?? (["openStream", "close"].includes(name) ? "client" : group);
    const call = `${isStatic ? "AgentExchangeClient." : ""}${name}(${formatParameters(parameters)})`;
    const row = `| \`${call}\` | ${firstSentence(comment)} | ${requestOf(name)} |`;
    tables.set(group, [...(tables.get(group) ?? []), row]);
  }
  return [...tables]
    .map(([name, rows]) =>
      [`### ${TITLES[name] ?? name}`, "", "| method | | request |", "| --- | --- | --- |", ...rows, ""].join("\n"),
    )
    .join("\n");
}

/** The folder of each endpoint, by its name. */
export function readGroups(): ReadonlyMap<string, string> {
  const groups = new Map<string, string>();
  for (const path of globSync("src/endpoints/*/*.ts", { cwd: root })) {
    const names = readFileSync(join(root, path), "utf8").matchAll(/^export const (\w+): Endpoint</gm);
    for (const [, name = ""] of names) groups.set(name, basename(dirname(path)));
  }
  return groups;
}

/** `symbol, {…}`: positional arguments by name, objects as `{…}`, without the call options. */
function formatParameters(parameters: string): string {
  return [...parameters.matchAll(/(\w+|\{[^}]*\})\??: (\{[^}]*\}|[^,={]+)/g)]
    .filter(([, , type = ""]) => type.trim() !== "CallOptions")
    .map(([, name = "", type = ""]) => {
      const isObject = name !== "connection" && /^\{|(Input|Options|Owner)\b/.test(type);
      return isObject ? "{…}" : name;
    })
    .join(", ");
}

function firstSentence(comment: string): string {
  const [paragraph = ""] = comment.split(/\n\n|\n@/);
  const [sentence = ""] = paragraph.replaceAll("\n", " ").split(/(?<=\.) /);
  return sentence
    .trim()
    .replaceAll(/\{@link (?:AgentExchangeClient\.)?(\w+)\}/g, "`$1`")
    .replaceAll("|", "\\|");
}

/** The HTTP request of an endpoint; empty for methods that combine several. */
function requestOf(name: string): string {
  const endpoint = Object.values(endpoints).find(
    (one) => typeof one === "object" && "path" in one && one.name === name,
  );
  return endpoint !== undefined && "path" in endpoint ? `\`${endpoint.method} ${endpoint.path}\`` : "";
}
