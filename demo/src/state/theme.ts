// Light or dark: what the person chose, or what the system does.
import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { setting } from "./setting.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const chosen = setting<Theme>("theme", "system", (stored) => THEMES.find((theme) => theme === stored));
const systemIsDark = signal(false);

/** The choice. public/theme.js applies it before the first paint. */
export const theme: ReadonlySignal<Theme> = computed(() => chosen.signal.value);

/** The colours that the page has now. When it changes, the styles have changed already: charts can read them. */
export const scheme: ReadonlySignal<"light" | "dark"> = computed(() =>
  theme.value === "system" ? (systemIsDark.value ? "dark" : "light") : theme.value,
);

export function setTheme(next: Theme): void {
  show(next);
  chosen.set(next);
}

/** Follows the system's colours; returns a function that stops. */
export function followTheme(): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const update = (): void => {
    systemIsDark.value = dark.matches;
  };
  update();
  show(theme.peek());
  dark.addEventListener("change", update);
  return () => dark.removeEventListener("change", update);
}

function show(next: Theme): void {
  const { dataset } = document.documentElement;
  if (next === "system") delete dataset["theme"];
  else dataset["theme"] = next;
}
