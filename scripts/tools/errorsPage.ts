// The table of codes in docs/errors.md, from the catalogue of errors.
import { errorCatalogue } from "../../src/tools/index.ts";

const MARKED = /(<!-- codes: written by npm run tools -->\n).*?(<!-- end of codes -->)/s;

const RETRYABLE: Readonly<Record<string, string>> = { true: "yes", false: "no", reads: "reads only" };

/** The page with its table of codes brought up to date. */
export function withErrorCodes(page: string): string {
  const rows = errorCatalogue.map(
    ({ code, error, meaning, retryable, nextStep }) =>
      `| \`${code}\` | ${error === null ? "" : `\`${error}\``} | ${meaning} ${nextStep} | ${RETRYABLE[String(retryable)]} |`,
  );
  const table = [
    "| code | class | meaning, and what to do | repeat later |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
  return page.replace(MARKED, (_match, start: string, end: string) => `${start}\n${table}\n\n${end}`);
}
