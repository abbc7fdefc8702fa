/** Tells what a step of the tour found: in words, and as a figure with its unit. */
export type Tell = (what: string, figure?: string | number, unit?: "ms" | "USDT" | "×") => void;
