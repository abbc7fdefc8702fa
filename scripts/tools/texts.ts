// Descriptions of operations and their arguments, from the documentation of the client's methods and argument types.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readMethods } from "../api/methods.ts";
import { readEndpoints, readInterfaces, toText } from "./interfaces.ts";

const root = join(import.meta.dirname, "../..");

/** The file src/tools/texts.ts. */
export function textsFile(): string {
  const methods = new Map(
    readMethods(readFileSync(join(root, "src/client/client.ts"), "utf8")).map(({ name, comment }) => [name, comment]),
  );
  const lines = readEndpoints()
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, input, ...endpoint }) => {
      // The comment above an endpoint describes it where its method does more.
      const comment = endpoint.comment === "" ? (methods.get(name) ?? "") : endpoint.comment;
      const description = forModel(toText(comment), /\bagentId\b/.test(input));
      const texts = { ...argumentTexts(input), ...parameterTexts(comment) };
      const entry = Object.keys(texts).length === 0 ? [description] : [description, texts];
      return `  ${name}: ${JSON.stringify(entry)},`;
    });
  return `${HEAD}${lines.join("\n")}\n};\n`;
}

const HEAD = `// Written by "npm run tools" from the documentation of the client's methods and argument types.

/** A description, and those of arguments by their path. */
export type OperationText = readonly [description: string, arguments?: Readonly<Record<string, string>>];

export const texts: Readonly<Record<string, OperationText>> = {
`;

/** At most two sentences, without those about an agent that the operation cannot name. */
function forModel(text: string, takesAgent: boolean): string {
  return text
    .split(/(?<=[.!?]) (?=[A-Z`])/)
    .filter((sentence, at) => takesAgent || at === 0 || !sentence.includes("`agentId`"))
    .slice(0, 2)
    .join(" ")
    .replaceAll("`", "");
}

const interfaces = readInterfaces();

/** The texts of `@param` tags. */
function parameterTexts(comment: string): Record<string, string> {
  const tags = comment.matchAll(/^@param (\w+) (.+(?:\n(?!@).+)*)/gm);
  return Object.fromEntries([...tags].map(([, name = "", text = ""]) => [name, `${toText(text)}.`]));
}

/** The texts of arguments by their path, such as `riskProfile.maxOpenOrders`. */
function argumentTexts(type: string, path = ""): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name] of type.matchAll(/\b[A-Z]\w+/g)) Object.assign(texts, interfaceTexts(name, path));
  return texts;
}

function interfaceTexts(name: string, path: string): Record<string, string> {
  const found = interfaces.get(name);
  const texts: Record<string, string> = {};
  if (found === undefined) return texts;
  for (const parent of found.parents) Object.assign(texts, interfaceTexts(parent, path));
  for (const property of found.properties) {
    const inner = path === "" ? property.name : `${path}.${property.name}`;
    if (property.type === "undefined") continue; // declared only to be rejected
    if (property.text !== undefined) texts[inner] = property.text.replaceAll("`", "");
    Object.assign(texts, argumentTexts(property.type, inner));
  }
  return texts;
}
