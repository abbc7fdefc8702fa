// How the desk is arranged: the sizes of its panels, and which of them a small screen shows.
import { signal } from "@preact/signals";
import { route } from "../route.ts";
import { keyed } from "./keyed.ts";
import { setting } from "./setting.ts";

/** A size that a splitter changes, in pixels. */
export interface PanelSize {
  readonly initial: number;
  readonly min: number;
  readonly max: number;
}

export const PANELS = {
  book: { initial: 252, min: 210, max: 420 },
  tape: { initial: 256, min: 190, max: 380 },
  ticket: { initial: 312, min: 288, max: 480 },
  lists: { initial: 212, min: 112, max: 480 },
  orders: { initial: 430, min: 240, max: 900 },
} as const satisfies Readonly<Record<string, PanelSize>>;

export type Panel = keyof typeof PANELS;
export type PanelSizes = Readonly<Record<Panel, number>>;

const initialSizes = Object.fromEntries(
  Object.entries(PANELS).map(([name, { initial }]) => [name, initial]),
) as PanelSizes;

export const panelSizes = setting<PanelSizes>("desk.panels", initialSizes, acceptSizes);

/** Keeps what is known and possible of sizes that an earlier page stored. */
export function acceptSizes(stored: unknown): PanelSizes | undefined {
  if (typeof stored !== "object" || stored === null) return undefined;
  const sizes = stored as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.keys(PANELS).map((name) => [name, clamp(name as Panel, sizes[name])])) as PanelSizes;
}

function clamp(panel: Panel, size: unknown): number {
  const { initial, min, max } = PANELS[panel];
  return typeof size === "number" && Number.isFinite(size) ? Math.round(Math.min(max, Math.max(min, size))) : initial;
}

export function resizePanel(panel: Panel, size: number): void {
  panelSizes.set({ ...panelSizes.signal.peek(), [panel]: clamp(panel, size) });
}

/** Pixels by which the columns of some panels are wider than the panels are by default, the most so far for this pair. */
export const missingWidth = keyed<Readonly<Partial<Record<Panel, number>>>>(() => route.value.symbol, {});

/** Widens a panel that nobody has resized to what its table needs; the numbers of some pairs are long. */
export function fitTable(panel: Panel, table: HTMLTableElement | null | undefined): void {
  if (panelSizes.signal.peek()[panel] !== PANELS[panel].initial) return;
  const missing = (table?.offsetWidth ?? 0) - (table?.parentElement?.clientWidth ?? 0);
  const known = missingWidth.peek();
  if (missing > 0) missingWidth.value = { ...known, [panel]: (known[panel] ?? 0) + missing };
}

export const TABS = ["chart", "book", "ticket", "orders"] as const;
export type Tab = (typeof TABS)[number];

/** What a screen shows that is too small for everything at once. */
export const tab = signal<Tab>("chart");
