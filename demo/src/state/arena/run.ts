// The arena's run in the page: when it moves, how fast, and what the views show of it.
import { effect, signal, untracked } from "@preact/signals";
import { messageOf } from "../calls.ts";
import { isVisible } from "../poll.ts";
import { setting } from "../setting.ts";
import { Arena } from "./arena.ts";
import { breathe } from "./breathe.ts";
import { initialSettings } from "./strategies.ts";
import { KINDS, type AgentSettings, type ArenaSettings, type ArenaView } from "./types.ts";
import { acceptSettings } from "./validate.ts";

export const SPEEDS = [1, 10, 60, 600, 3600] as const;
/** Milliseconds between two moves of the time. */
const FRAME = 100;
/** After a longer pause the arena does not catch up. */
const MAX_LAG = 250;
/** How often the views change, at most. */
const PUBLISH_EVERY = 250;
/** Moments of the past that can be returned to. Each costs about 1 MiB: what its agents' journals had then. */
const MAX_MOMENTS = 5;
const FIRST_MOMENTS = 8;

export type Phase = "none" | "opening" | "ready" | "failed";

export const phase = signal<Phase>("none");
/** Why the arena failed. */
export const failure = signal("");
export const running = signal(false);
export const speed = signal<number>(600);
/** The exchange's time, in Unix milliseconds. */
export const now = signal(0);
/** How fast the time really moves, if this computer cannot keep up; null if it can. */
export const actualSpeed = signal<number | null>(null);
export const view = signal<ArenaView | null>(null);
/** Times of the past from which a what-if can begin, oldest first. */
export const moments = signal<readonly number[]>([]);

/** The same strategy as another agent, with longer averages. */
function slowAverages(): AgentSettings {
  const agent = initialSettings("movingAverageCross", "Slow averages");
  return { ...agent, values: { ...agent.values, fast: "36", slow: "144" } };
}

const DEFAULT: ArenaSettings = {
  seed: 7,
  period: 15 * 60_000,
  agents: [...KINDS.map((kind) => initialSettings(kind)), slowAverages()],
};
export const settings = setting<ArenaSettings>("arena", DEFAULT, acceptSettings);

let arena: Arena | null = null;
let kept: { readonly time: number; readonly arena: Arena }[] = [];
let momentEvery = FIRST_MOMENTS;
let queue: Promise<unknown> = Promise.resolve();

/** One piece of work at a time: an agent must not be halted while it trades. */
function exclusive<T>(work: () => Promise<T>): Promise<T> {
  const next = queue.then(work);
  queue = next.catch(() => {});
  return next;
}

/** Whether the agents that are set are not those that trade. */
export function isOutdated(): boolean {
  return phase.value === "ready" && JSON.stringify(settings.signal.value) !== JSON.stringify(arena?.settings);
}

/** Begins a run with the agents that are set. */
export async function open(): Promise<void> {
  phase.value = "opening";
  running.value = false;
  await guard(async () => {
    close();
    arena = await Arena.open(settings.signal.peek());
    publish();
    phase.value = "ready";
  });
}

export async function start(): Promise<void> {
  if (phase.peek() !== "ready") await open();
  if (phase.peek() !== "ready") return;
  running.value = true;
  // The first decisions come at once, at every speed.
  if (view.peek()?.ticks === 0) await move((current) => current.step(breathe));
}

export function pause(): void {
  running.value = false;
}

/** Moves the time to the next decisions, and lets all agents take them. */
export async function step(): Promise<void> {
  if (phase.peek() !== "ready") await open();
  running.value = false;
  await move((current) => current.step(breathe));
}

export async function halt(index: number): Promise<void> {
  await move((current) => current.halt(index, "halted at the page"));
}

export async function resume(index: number): Promise<void> {
  await move((current) => current.resume(index));
}

/** A copy of the present, or of a moment of the past; null if it is no longer kept. */
export function forkAt(moment: number | null): Promise<Arena | null> {
  return exclusive(() => {
    const from = moment === null ? arena : kept.find(({ time }) => time === moment)?.arena;
    return Promise.resolve(from?.fork() ?? null);
  });
}

/** Moves the time while the run goes on and somebody looks. Returns a function that stops it. */
export function followArena(): () => void {
  return effect(() => {
    if (!running.value || !isVisible.value) return undefined;
    const controller = new AbortController();
    untracked(() => void repeat(controller.signal));
    return () => controller.abort();
  });
}

async function repeat(abort: AbortSignal): Promise<void> {
  let before = performance.now();
  let measured = { real: 0, simulated: 0 };
  let published = 0;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, FRAME));
    if (abort.aborted) break;
    const time = performance.now();
    const part = Math.min(time - before, MAX_LAG) * speed.peek();
    measured = { real: measured.real + time - before, simulated: measured.simulated + part };
    before = time;
    // Decided once: a move can take long enough to make what was not due before it due after it.
    const isDue = time - published >= PUBLISH_EVERY;
    await move((current) => current.advance(Math.round(part), breathe), isDue ? "all" : "time");
    if (isDue) published = performance.now();
    if (measured.real < 2000) continue;
    const actual = measured.simulated / measured.real;
    actualSpeed.value = actual < speed.peek() * 0.8 ? actual : null;
    measured = { real: 0, simulated: 0 };
  }
  // What happened since the views last changed.
  await move(() => Promise.resolve());
}

/** Does something with the arena, one thing at a time, and shows the result. */
async function move(work: (current: Arena) => Promise<void>, show: "time" | "all" = "all"): Promise<void> {
  await guard(async () => {
    if (arena === null) return;
    await work(arena);
    keepMoment(arena);
    if (show === "all") publish();
    else now.value = arena.now;
  });
}

async function guard(work: () => Promise<void>): Promise<void> {
  try {
    await exclusive(work);
  } catch (error) {
    running.value = false;
    failure.value = messageOf(error);
    phase.value = "failed";
  }
}

function publish(): void {
  if (arena === null) return;
  now.value = arena.now;
  view.value = arena.view();
}

/** When enough moments are kept, every second one goes, and later ones come half as often. */
function keepMoment(current: Arena): void {
  if (current.ticks === 0 || current.ticks % momentEvery !== 0 || kept.at(-1)?.arena.ticks === current.ticks) return;
  kept.push({ time: current.now, arena: current.fork() });
  if (kept.length > MAX_MOMENTS) {
    momentEvery *= 2;
    for (const one of kept) if (one.arena.ticks % momentEvery !== 0) one.arena.close();
    kept = kept.filter((one) => one.arena.ticks % momentEvery === 0);
  }
  moments.value = kept.map(({ time }) => time);
}

function close(): void {
  for (const one of kept) one.arena.close();
  kept = [];
  momentEvery = FIRST_MOMENTS;
  moments.value = [];
  actualSpeed.value = null;
  view.value = null;
  arena?.close();
  arena = null;
}
