import type { JsonObject, JsonValue } from "../json.ts";
import type { Paging, ShapedResult } from "./shaped.ts";

/** Room for the text that says what was cut. */
const MORE_BYTES = 400;

/** A list or an object whose end can be cut. */
interface Container {
  /** Where it is, such as `positions` or `[0].trades`; empty for the whole result. */
  readonly path: string;
  readonly parts: "items" | "fields";
  /** Whether the list is sorted by time, oldest first, so that its end is what matters. */
  readonly newestLast: boolean;
  /** Bytes of each item, with its name and comma. */
  readonly sizes: readonly number[];
  readonly bytes: number;
}

/** Cuts lists at the end of an item until the data fits, the largest list first; then objects, which are large only if they are maps. */
export function cutToSize(whole: JsonValue, maxBytes: number, paging: Paging): ShapedResult {
  const size = bytesOf(whole);
  if (size <= maxBytes - MORE_BYTES) return withHint(whole, paging);
  // A result without a text about a cut may use all of the room.
  if (size <= maxBytes && pagingHint(whole, paging) === undefined) return { data: whole };
  const room = Math.max(0, maxBytes - MORE_BYTES);
  const cuts = new Map<string, string>();
  let data = whole;
  let shown: number | undefined;
  for (let excess = size - room; excess > 0; excess = bytesOf(data) - room) {
    const cut = chooseCut(data, excess, paging);
    if (cut === undefined) {
      data = null;
      cuts.set("", "nothing of it");
      break;
    }
    data = keepOnly(data, cut);
    if (cut.path === "" && cut.parts === "items") shown = cut.keep;
    cuts.set(cut.path, describe(cut));
  }
  const shows = [...cuts.values()].slice(0, 3).join(", ") + (cuts.size > 3 ? " and so on" : "");
  return { data, more: `The result was too large. It shows ${shows}. ${howToGetMore(shown, paging)}` };
}

interface Cut extends Container {
  /** How many items stay. */
  readonly keep: number;
}

function describe({ path, parts, newestLast, sizes, keep }: Cut): string {
  const part = `${newestLast ? "the newest " : ""}${keep} of ${sizes.length} ${parts}`;
  return path === "" ? part : `${part} of ${path}`;
}

/** The largest container that can lose that many bytes and keep an item; if there is none, the largest at all. */
function chooseCut(data: JsonValue, excess: number, { takes }: Paging): Cut | undefined {
  const found: Container[] = [];
  // Offsets count from the start of a list, so that its start must stay.
  collect(data, "", !takes().includes("offset"), found);
  const cuts = found
    .filter(({ sizes }) => sizes.length > 0)
    .toSorted((a, b) => b.bytes - a.bytes)
    .map((container): Cut => withKeep(container, countFitting(container, container.bytes - excess)));
  const largest = cuts.find(({ parts, sizes }) => parts === "items" && sizes.length > 1);
  return (
    cuts.find(({ parts, keep }) => parts === "items" && keep > 0) ??
    cuts.find(({ parts, keep, path }) => parts === "fields" && keep > 0 && path !== "") ??
    // Nothing else helps: lists inside of items, even if that is not enough, and at last whole items and fields.
    (largest === undefined ? cuts.find(({ keep, sizes }) => keep < sizes.length) : withKeep(largest, 1))
  );
}

function withKeep(container: Container, keep: number): Cut {
  return { ...container, keep };
}

/** How many items fit: of those that are kept. */
function countFitting({ sizes, newestLast }: Container, room: number): number {
  let total = 1; // brackets; the last item has no comma
  let count = 0;
  for (const size of newestLast ? sizes.toReversed() : sizes) {
    total += size;
    if (total > room) break;
    count++;
  }
  return count;
}

/** Adds all containers of a value; returns its size. Envelopes are not cut: they are small already. */
function collect(value: JsonValue, path: string, maySkipOld: boolean, found: Container[]): number {
  if (typeof value !== "object" || value === null || isEnvelope(value)) return bytesOf(value);
  const sizes = childrenOf(value, path).map(
    ([name, item, at]) => collect(item, at, maySkipOld, found) + (name === undefined ? 1 : bytesOf(name) + 2),
  );
  // Brackets; the last item has no comma.
  const bytes = sizes.reduce((total, size) => total + size, sizes.length === 0 ? 2 : 1);
  found.push({
    path,
    parts: isList(value) ? "items" : "fields",
    newestLast: maySkipOld && isOldestFirst(value),
    sizes,
    bytes,
  });
  return bytes;
}

/** The items of a list or the fields of an object, with their paths. */
function childrenOf(
  value: JsonObject | readonly JsonValue[],
  path: string,
): readonly (readonly [name: string | undefined, item: JsonValue, path: string])[] {
  if (isList(value)) return value.map((item, index) => [undefined, item, `${path}[${index}]`]);
  return Object.entries(value).map(([name, item]) => [name, item, path === "" ? name : `${path}.${name}`]);
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT/;

/** Whether the last item of a list has a later time than the first. */
function isOldestFirst(value: JsonObject | readonly JsonValue[]): boolean {
  const [first, last] = isList(value) ? [value[0], value.at(-1)] : [];
  if (!isFields(first) || !isFields(last)) return false;
  for (const [name, from] of Object.entries(first)) {
    const to = last[name];
    if (typeof from === "string" && typeof to === "string" && ISO_TIME.test(from)) return to > from;
  }
  return false;
}

/** A copy in which the container of a cut has only the items that stay. */
function keepOnly(value: JsonValue, cut: Cut, path = ""): JsonValue {
  if (typeof value !== "object" || value === null || !cut.path.startsWith(path)) return value;
  const { keep, newestLast } = cut;
  let children = childrenOf(value, path);
  if (path === cut.path) children = newestLast ? children.slice(children.length - keep) : children.slice(0, keep);
  const visit = (item: JsonValue, at: string): JsonValue => (path === cut.path ? item : keepOnly(item, cut, at));
  if (isList(value)) return children.map(([, item, at]) => visit(item, at));
  return Object.fromEntries(children.map(([name = "", item, at]): [string, JsonValue] => [name, visit(item, at)]));
}

/** Says that a list may continue although nothing was cut. */
function withHint(data: JsonValue, paging: Paging): ShapedResult {
  const more = pagingHint(data, paging);
  return more === undefined ? { data } : { data, more };
}

/** A list that is as long as was asked for may have more pages. */
function pagingHint(data: JsonValue, { input, takes }: Paging): string | undefined {
  const { limit, offset } = input;
  if (!isList(data) || data.length === 0 || !takes().includes("offset")) return undefined;
  if (limit === undefined ? data.length % 10 !== 0 : data.length !== Number(limit)) return undefined;
  return `There may be more: call again with offset ${Number(offset ?? 0) + data.length}.`;
}

/** @param shown how many items of the result's own list are shown */
function howToGetMore(shown: number | undefined, { input, takes }: Paging): string {
  const names = takes();
  if (shown !== undefined && shown > 0 && names.includes("offset"))
    return `Call again with limit ${shown} and offset ${Number(input["offset"] ?? 0) + shown} for the next ones.`;
  if (names.includes("limit")) return `Call again with a limit of ${Math.max(1, shown ?? 10)} or less for fewer items.`;
  return names.length === 0
    ? "The rest is not available."
    : `Call again with other ${names.join(", ")} to ask for less.`;
}

function bytesOf(value: JsonValue): number {
  const text = JSON.stringify(value);
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // Each half of a surrogate pair counts as two of its four bytes.
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isFields(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEnvelope(value: JsonObject | readonly JsonValue[]): boolean {
  return !isList(value) && "untrusted" in value;
}
