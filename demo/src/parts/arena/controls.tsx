import type { JSX } from "preact";
import { count, dateTime } from "../format.ts";
import * as run from "../../state/arena/run.ts";

const MINUTE = 60_000;

/** Starts, pauses and steps the arena, and sets how fast its time goes. */
export function Controls(): JSX.Element {
  const isOpening = run.phase.value === "opening";
  const isRunning = run.running.value;
  return (
    <div class="run arena-controls">
      <button
        type="button"
        class="primary"
        aria-disabled={isOpening}
        onClick={() => {
          if (isOpening) return;
          if (isRunning) run.pause();
          else void run.start();
        }}
      >
        {isRunning ? "Pause" : run.view.value === null ? "Start" : "Continue"}
      </button>
      <button type="button" aria-disabled={isOpening} onClick={() => void (isOpening || run.step())}>
        Step
      </button>
      <fieldset class="segments">
        <legend>Speed</legend>
        {run.SPEEDS.map((speed) => (
          <label key={speed}>
            <input
              type="radio"
              name="arena-speed"
              checked={run.speed.value === speed}
              onChange={() => {
                run.speed.value = speed;
              }}
            />
            <span>{count(speed)}×</span>
          </label>
        ))}
      </fieldset>
      <Clock />
    </div>
  );
}

function nextIn(minutes: number): string {
  return minutes === 0 ? "the next at once" : `the next in ${count(minutes)} min`;
}

/** A part of its own, since it changes ten times a second. */
function Clock(): JSX.Element | null {
  const view = run.view.value;
  if (view === null) return null;
  const minutes = Math.max(0, Math.ceil((view.nextTick - run.now.value) / MINUTE));
  const actual = run.actualSpeed.value;
  return (
    <p class="arena-clock">
      <strong>{dateTime(new Date(run.now.value))}</strong> Tick {count(view.ticks)},{" "}
      {run.running.value ? nextIn(minutes) : "paused"}
      {run.running.value && actual !== null && (
        <>
          . <small>This computer manages about {count(Math.round(actual))}×.</small>
        </>
      )}
    </p>
  );
}
