// llms.txt and llms-full.txt: the documentation for language models, from the README, the pages of docs/ and the operations.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { operations } from "../../src/tools/index.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** The pages for users, in the order of the README's table; how the project works inside is not among them. */
function pages(): readonly { readonly title: string; readonly path: string; readonly about: string }[] {
  const rows = read("README.md").matchAll(/^\| \[([^\]]+)\]\((docs\/[\w-]+\.md)\) \| (.+) \|$/gm);
  return [...rows]
    .map(([, title = "", path = "", about = ""]) => ({ title, path, about }))
    .filter(({ path }) => path !== "docs/architecture.md");
}

/** The first paragraph of the README, on one line. */
function summary(): string {
  const [, paragraph = ""] = read("README.md").split("\n\n");
  return paragraph.replaceAll("\n", " ").replaceAll("**", "");
}

/** The file llms.txt. */
export function llmsFile(): string {
  return `# agentexchange

> ${summary()}

- Amounts are \`Decimal\` objects in results, and decimal strings in arguments. Times are \`Date\` objects. Lists are plain arrays.
- An order whose outcome is unknown rejects with \`OrderOutcomeUnknownError\`; call its \`reconcile()\` before placing it again.
- \`agentexchange/exchange\` contains the exchange itself: tests and demos need no server and no key.

## For agents

- [skill.md](skill.md): how an agent trades, and all operations with their arguments
- [AGENTS.md](AGENTS.md): for coding agents that use this package
- [llms-full.txt](llms-full.txt): everything below in one file

## Documentation

- [README](README.md): first steps
${pages()
  .map(({ title, path, about }) => `- [${title}](${path}): ${about}`)
  .join("\n")}
`;
}

/** The file llms-full.txt. */
export function llmsFullFile(): string {
  const parts = ["README.md", ...pages().map(({ path }) => path)].map(
    (path) => `<!-- ${path} -->\n\n${withoutImages(read(path))}`,
  );
  return `${parts.join("\n")}\n<!-- operations -->\n\n# Operations as tools\n\n${operations.map(describe).join("\n\n")}\n`;
}

function withoutImages(page: string): string {
  return page.replaceAll(/^!\[.*\n/gm, "");
}

function describe({ name, description, effect, inputSchema }: (typeof operations)[number]): string {
  return `## ${name}\n\n${description} Effect: ${effect}. Arguments:\n\n\`\`\`json\n${JSON.stringify(inputSchema)}\n\`\`\``;
}
