import type { Tell } from "../../code/tour/tell.ts";

/** A step of the tour. What it shows is its file in `code/tour`, which is run in the page as it is. */
export interface Step {
  readonly title: string;
  /** What is about to happen, and why it matters. */
  readonly text: string;
  readonly load: () => Promise<{ readonly run: (tell: Tell) => Promise<void> }>;
  readonly source: () => Promise<{ readonly default: string }>;
}

export const STEPS: readonly Step[] = [
  {
    title: "Concurrent calls",
    text: "One client sends many calls at once: no login, no queue, one shared rate limit. Every answer takes 80 ms on this line. Reading five pairs one after another takes five round trips, reading them together takes one.",
    load: () => import("../../code/tour/1.ts"),
    source: () => import("../../code/tour/1.ts?raw"),
  },
  {
    title: "Faults on the line",
    text: "Four requests in ten are refused, cut off or answered with half a body. Reads change nothing, so the client sends them again, a little later each time. The program sees twelve prices and no error.",
    load: () => import("../../code/tour/2.ts"),
    source: () => import("../../code/tour/2.ts?raw"),
  },
  {
    title: "An unknown outcome, reconciled",
    text: "An order is executed, but its answer is lost. Sending it again could buy twice. The client says that it does not know, and then looks the order up on the exchange.",
    load: () => import("../../code/tour/3.ts"),
    source: () => import("../../code/tour/3.ts?raw"),
  },
  {
    title: "A stream gap, backfilled",
    text: "The stream of the own orders breaks while an order is filled, so the update is lost. The stream connects again, reads what it has missed, and says how long the gap was.",
    load: () => import("../../code/tour/4.ts"),
    source: () => import("../../code/tour/4.ts?raw"),
  },
  {
    title: "An agent, refused by its mandate",
    text: "An agent gets tools instead of a key, and a mandate: which pairs, how much an order, until when. An order within it is placed. Others are refused before anything is sent, with a sentence that a language model can act on.",
    load: () => import("../../code/tour/5.ts"),
    source: () => import("../../code/tour/5.ts?raw"),
  },
  {
    title: "Time at 600×",
    text: "The exchange runs on a clock that the program moves. Half an hour of prices and fills passes in three seconds; the same seed gives the same half hour every time.",
    load: () => import("../../code/tour/6.ts"),
    source: () => import("../../code/tour/6.ts?raw"),
  },
];
