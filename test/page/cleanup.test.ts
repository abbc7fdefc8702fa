// How work is started and stopped, and what is forgotten with a connection.
import { effect, signal } from "@preact/signals";
import { expect, test } from "vitest";
import { startAll } from "../../demo/src/state/cleanup.ts";
import { keyed } from "../../demo/src/state/keyed.ts";

function named(log: string[], name: string, fails?: "start" | "stop"): () => () => void {
  return () => {
    if (fails === "start") throw new Error(`${name} cannot start`);
    log.push(`start ${name}`);
    return () => {
      log.push(`stop ${name}`);
      if (fails === "stop") throw new Error(`${name} cannot stop`);
    };
  };
}

test("everything is stopped once, the last first", () => {
  const log: string[] = [];
  const stop = startAll(named(log, "a"), named(log, "b"));
  stop();
  stop();
  expect(log).toEqual(["start a", "start b", "stop b", "stop a"]);
});

test("what has started is stopped if another cannot start", () => {
  const log: string[] = [];
  expect(() => startAll(named(log, "a"), named(log, "b", "start"), named(log, "c"))).toThrow("b cannot start");
  expect(log).toEqual(["start a", "stop a"]);
});

test("one that cannot stop does not keep the others running", () => {
  const log: string[] = [];
  const stop = startAll(named(log, "a"), named(log, "b", "stop"), named(log, "c"));
  expect(stop).toThrow("b cannot stop");
  expect(log.slice(3)).toEqual(["stop c", "stop b", "stop a"]);
});

test("a value is forgotten with its key, and what reads it is told", () => {
  const key = signal("one");
  const value = keyed(() => key.value, 0);
  const seen: number[] = [];
  const stop = effect(() => void seen.push(value.value));
  value.value = 5;
  key.value = "two";
  expect(value.peek()).toBe(0);
  value.value = 7;
  stop();
  expect(seen).toEqual([0, 5, 0, 7]);
});
