/** What somebody needs to find the cause of an error. Contains no key and no token, and nothing that was typed. */
export function describeFault(what: string, error: unknown): string {
  const lines = [
    `${what} could not be shown.`,
    error instanceof Error ? `${error.name}: ${error.message}` : JSON.stringify(error),
    error instanceof Error ? (error.stack ?? "") : "",
    `View: ${location.hash || "#/board"}`,
    `Browser: ${navigator.userAgent}`,
  ];
  return withoutSecrets(lines.filter((line) => line !== "").join("\n"));
}

/** Keys, their secrets, tokens of sessions and of gateways, and long strings that could be one. */
const SECRETS = /\b(?:a[ks]|sk|pk)_[\w-]+|\beyJ[\w-]+(?:\.[\w-]+)*|\b[A-Za-z0-9_-]{32,}\b/g;

export function withoutSecrets(text: string): string {
  return text.replaceAll(SECRETS, "[removed]");
}
