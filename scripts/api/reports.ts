// Reads the declarations in dist/ as a user's compiler does, entry by entry.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Extractor, ExtractorConfig, ExtractorLogLevel, type ExtractorMessage } from "@microsoft/api-extractor";

export interface ApiReport {
  /** The entry as it is imported: `agentexchange/exchange`. */
  readonly entry: string;
  /** Path of the report inside the repository: `api/agentexchange-exchange.api.md`. */
  readonly path: string;
  readonly text: string;
  /** Types that a public signature names, and that neither this entry nor an earlier one exports. */
  readonly missing: readonly string[];
  /** Exported types that no other public signature names. */
  readonly unneeded: readonly string[];
  /** Links in comments to names that the entry does not export. */
  readonly brokenLinks: readonly string[];
}

/** Types that no signature names, exported for users' own signatures. */
export const CONVENIENCE: Readonly<Record<string, readonly string[]>> = {
  agentexchange: ["PlacedOrder"],
};

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = `${root}node_modules/.cache/api/`;

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}

/** The public types of every entry in package.json, the root entry first. */
export function apiReports(): readonly ApiReport[] {
  const { exports } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as Manifest;
  const exported = new Set<string>();
  return Object.entries(exports).flatMap(([subpath, target]) => {
    if (typeof target === "string") return [];
    const entry = `agentexchange${subpath.slice(1)}`;
    const { text, unexported, brokenLinks } = extract(entry.replaceAll("/", "-"), target.types);
    const declarations = declarationsIn(text);
    for (const { name } of declarations) exported.add(name);
    return {
      entry,
      path: `api/${entry.replaceAll("/", "-")}.api.md`,
      text,
      // A type that is named like a global one is reported as Performance_2.
      missing: unexported.filter((name) => !exported.has(name.replace(/_2$/, ""))),
      unneeded: unneededTypes(declarations),
      brokenLinks,
    };
  });
}

interface Extracted {
  readonly text: string;
  readonly unexported: readonly string[];
  readonly brokenLinks: readonly string[];
}

function extract(name: string, types: string): Extracted {
  const unexported: string[] = [];
  const brokenLinks: string[] = [];
  const configObject = {
    projectFolder: root,
    mainEntryPointFilePath: `${root}${types}`,
    newlineKind: "lf" as const,
    compiler: { tsconfigFilePath: `${root}${name.endsWith("-workers") ? "tsconfig.workers.json" : "tsconfig.json"}` },
    apiReport: {
      enabled: true,
      reportFileName: `${name}.api.md`,
      reportFolder: folder,
      reportTempFolder: `${folder}temp/`,
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
  };
  Extractor.invoke(
    ExtractorConfig.prepare({
      configObject,
      configObjectFullPath: undefined,
      packageJsonFullPath: `${root}package.json`,
    }),
    {
      localBuild: true, // write the report instead of comparing it
      messageCallback: (message: ExtractorMessage) => {
        message.handled = true;
        const symbol = /^The symbol "([^"]+)" needs to be exported/.exec(message.text)?.[1];
        if (message.messageId === "ae-forgotten-export" && symbol !== undefined) unexported.push(symbol);
        else if (message.messageId === "ae-unresolved-link") brokenLinks.push(message.formatMessageWithLocation(root));
        else if (message.logLevel === ExtractorLogLevel.Error) throw new Error(message.formatMessageWithLocation(root));
      },
    },
  );
  return { text: readFileSync(`${folder}${name}.api.md`, "utf8"), unexported, brokenLinks };
}

interface Declaration {
  readonly name: string;
  readonly isType: boolean;
  readonly text: string;
}

/** The exported declarations of a report, which lists each after a `// @public` comment. */
function declarationsIn(report: string): readonly Declaration[] {
  return report
    .split(/^\/\/ @public.*\n/m)
    .slice(1)
    .flatMap((text) => {
      // A type that is named like a global one is declared as Performance_2, and exported as Performance below that.
      const [, kind, name] = /^(?:export )?(?:declare )?(?:abstract )?(\w+) (\w+?)(?:_2)?\b/.exec(text) ?? [];
      return name === undefined ? [] : { name, isType: kind === "type" || kind === "interface", text };
    });
}

function unneededTypes(declarations: readonly Declaration[]): readonly string[] {
  return declarations
    .filter(({ isType }) => isType)
    .filter(
      ({ name }) =>
        !declarations.some((other) => other.name !== name && new RegExp(`\\b${name}(_2)?\\b`).test(other.text)),
    )
    .map(({ name }) => name);
}
