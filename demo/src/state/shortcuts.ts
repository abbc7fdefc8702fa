// Keys of the page. They are single characters, so they can be switched off, and never act while somebody types.
import { computed, type ReadonlySignal } from "@preact/signals";
import type { Side } from "agentexchange";
import { showDialog } from "../parts/dialogs.tsx";
import { routeHash, VIEWS, type ViewName } from "../route.ts";
import { setting } from "./setting.ts";

export interface Shortcut {
  readonly keys: readonly string[];
  readonly what: string;
}

const kept = setting("shortcuts", true, (stored) => (typeof stored === "boolean" ? stored : undefined));

/** Whether single characters do something. */
export const shortcutsOn: ReadonlySignal<boolean> = computed(() => kept.signal.value);

export function switchShortcuts(on: boolean): void {
  kept.set(on);
}

/** The letter that opens a view after G: its first, and G again for the agents, whose A is the account's. */
export const VIEW_KEYS: ReadonlyMap<string, ViewName> = new Map(
  VIEWS.map((name) => [name === "agents" ? "g" : name.slice(0, 1), name]),
);

/** Everything that keys do, for the dialog that lists them. */
export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ["/"], what: "Find a pair among all markets" },
  { keys: ["B"], what: "On the desk: buy, and enter the amount" },
  { keys: ["S"], what: "On the desk: sell, and enter the amount" },
  ...Array.from(VIEW_KEYS, ([letter, name]) => ({ keys: ["G", letter.toUpperCase()], what: `Go to the ${name}` })),
  { keys: ["?"], what: "Show these keys" },
  { keys: ["Esc"], what: "Close what is open, or leave a field" },
];

/** What is read of a key that was pressed. */
export type KeyPress = Pick<
  KeyboardEvent,
  "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "isComposing" | "repeat"
>;

/** The key as it is listed here, in lower case; null if it was pressed with a modifier, or belongs to a longer input. */
export function keyOf({ key, code, ctrlKey, metaKey, altKey, shiftKey, isComposing, repeat }: KeyPress): string | null {
  if (ctrlKey || metaKey || altKey || isComposing || repeat) return null;
  // Shift belongs to "?", and on some keyboards to "/".
  if (key === "/" || key === "?" || key === "Escape") return key;
  if (shiftKey) return null;
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  // On a keyboard without Latin letters, the place of the key counts.
  return /^\p{L}$/u.test(key) ? (/^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? null) : null;
}

/** Whether characters go into this element. */
export function takesText(element: Element | null): boolean {
  if (element instanceof HTMLInputElement)
    return !/^(?:button|checkbox|color|radio|range|reset|submit)$/.test(element.type);
  return (
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement ||
    (element instanceof HTMLElement && element.isContentEditable)
  );
}

/** Milliseconds in which the second key follows the first. */
const SEQUENCE = 1500;

/** Listens for the keys; returns a function that stops. */
export function followShortcuts(): () => void {
  let goSince = -Infinity;
  const onKeyDown = (event: KeyboardEvent): void => {
    const key = keyOf(event);
    if (key === null || event.defaultPrevented) return;
    const { target } = event;
    const isTyping = target instanceof Element && takesText(target);
    // A dialog closes by itself, and what is behind it cannot be used.
    if (document.querySelector("dialog:modal") !== null) return;
    if (key === "Escape") {
      if (isTyping) document.querySelector<HTMLElement>("#main")?.focus();
      return;
    }
    if (isTyping || !shortcutsOn.peek()) return;
    const goes = performance.now() - goSince < SEQUENCE;
    goSince = -Infinity;
    const view = goes ? VIEW_KEYS.get(key) : undefined;
    if (view !== undefined) location.hash = routeHash(view);
    else if (key === "g") {
      goSince = performance.now();
      return;
    } else if (key === "/") showDialog("markets");
    else if (key === "?") showDialog("shortcuts");
    else if (key === "b" || key === "s") void trade(key === "b" ? "buy" : "sell");
    else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", onKeyDown);
  return () => document.removeEventListener("keydown", onKeyDown);
}

/** Chooses the side of the ticket, where there is one, and goes to its amount. */
async function trade(side: Side): Promise<void> {
  const amount = document.querySelector<HTMLInputElement>('input[name="amount"]');
  if (amount === null) return;
  // The ticket is there, so its state has been loaded.
  const ticket = await import("./ticket.ts");
  ticket.side.value = side;
  amount.focus();
  amount.select();
}
