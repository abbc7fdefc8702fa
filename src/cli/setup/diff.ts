const CONTEXT = 2;

/** A key, a token or a password in a configuration. Files of other servers contain some. */
const SECRETS =
  /((?:"[^"\n]*|[\w.-]*)(?:key|token|secret|passw|auth|credential)[\w.-]*"?\s*[:=]\s*)(?:"(?!\$\{)[^"\n]+"|'(?!\$\{)[^'\n]+')|\b(?:ak_live_|sk_live_|sk-|ghp_|github_pat_|xox[abp]-)[\w-]+|\bBearer [\w.~+/-]{8,}=*/gi;

/** The lines that differ, with a few around them, as `diff -u` shows them. Secrets are not shown. */
export function showDiff(before: string, after: string): string {
  const old = splitLines(before);
  const fresh = splitLines(after);
  const common = commonLines(old, fresh);
  const lines: { readonly mark: string; readonly text: string }[] = [];
  let a = 0;
  let b = 0;
  for (const [x, y] of [...common, [old.length, fresh.length] as const]) {
    for (; a < x; a++) lines.push({ mark: "-", text: old[a] ?? "" });
    for (; b < y; b++) lines.push({ mark: "+", text: fresh[b] ?? "" });
    if (x < old.length) lines.push({ mark: " ", text: old[x] ?? "" });
    a = x + 1;
    b = y + 1;
  }
  const isNear = (index: number): boolean =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ mark }) => mark !== " ");
  const shown: string[] = [];
  let wasNear = true;
  for (const [index, { mark, text }] of lines.entries()) {
    const near = isNear(index);
    if (near && !wasNear) shown.push("  ...");
    if (near) shown.push(`${mark} ${hideSecrets(text)}`.trimEnd());
    wasNear = near;
  }
  return shown.join("\n");
}

function hideSecrets(line: string): string {
  return line.replaceAll(SECRETS, (_all, name?: string) => `${name ?? ""}"…"`);
}

function splitLines(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** Positions of the longest common sequence of lines. Beginning and end are mostly equal, so the table stays small. */
function commonLines(old: readonly string[], fresh: readonly string[]): readonly (readonly [number, number])[] {
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start++;
  let end = 0;
  while (end < old.length - start && end < fresh.length - start && old.at(-1 - end) === fresh.at(-1 - end)) end++;
  const rows = old.length - end - start;
  const columns = fresh.length - end - start;
  const lengths = Array.from({ length: rows + 1 }, () => Array.from({ length: columns + 1 }, () => 0));
  const length = (x: number, y: number): number => lengths[x]?.[y] ?? 0;
  for (let x = rows - 1; x >= 0; x--) {
    for (let y = columns - 1; y >= 0; y--) {
      const isSame = old[start + x] === fresh[start + y];
      const row = lengths[x];
      if (row) row[y] = isSame ? length(x + 1, y + 1) + 1 : Math.max(length(x + 1, y), length(x, y + 1));
    }
  }
  const found: (readonly [number, number])[] = [];
  for (let index = 0; index < start; index++) found.push([index, index]);
  let x = 0;
  let y = 0;
  while (x < rows && y < columns) {
    if (old[start + x] === fresh[start + y]) found.push([start + x++, start + y++]);
    else if (length(x + 1, y) >= length(x, y + 1)) x++;
    else y++;
  }
  for (let index = end; index > 0; index--) found.push([old.length - index, fresh.length - index]);
  return found;
}
