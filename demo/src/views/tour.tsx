import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Decimal } from "agentexchange";
import { Code } from "../parts/code.tsx";
import { count, factor, milliseconds, money } from "../parts/format.ts";
import { route, routeHash } from "../route.ts";
import { STEPS } from "../state/tour/steps.ts";
import * as tour from "../state/tour/tour.ts";

const closed = routeHash("board");
const hashOf = (place: number): string => routeHash("tour", String(place));

/** One step of the tour: what happens, what came of it, and the code that did it. */
export function Tour(): JSX.Element {
  const { step, place } = tour.stepAt(route.value.step);
  const heading = useRef<HTMLHeadingElement>(null);
  // Before the new step is painted, so that it never shows what the last one found.
  useLayoutEffect(() => {
    heading.current?.focus();
    return tour.runStep(step);
  }, [step]);
  return (
    <article
      class="tour"
      aria-labelledby="tour-title"
      onKeyDown={(event) => {
        if (event.key === "Escape") location.hash = closed;
      }}
    >
      <div class="head">
        <nav aria-label="Steps of the tour">
          <ol>
            {STEPS.map(({ title }, index) => (
              <li key={title}>
                <a
                  href={hashOf(index + 1)}
                  aria-label={`Step ${count(index + 1)}: ${title}`}
                  aria-current={index + 1 === place ? "step" : undefined}
                >
                  {count(index + 1)}
                </a>
              </li>
            ))}
          </ol>
        </nav>
        <a href={closed}>
          Close<span class="visually-hidden"> the tour</span>
        </a>
      </div>
      <h1 id="tour-title" ref={heading} tabIndex={-1}>
        <small>
          Step {count(place)} of {count(STEPS.length)}
        </small>{" "}
        {step.title}
      </h1>
      <p class="lead">{step.text}</p>
      <div class="columns">
        <Result onRepeat={() => tour.runStep(step)} />
        <section aria-labelledby="tour-code">
          <h2 id="tour-code">The code that has just run</h2>
          {tour.program.value === null ? (
            <p class="empty">Loading…</p>
          ) : (
            <Code text={tour.program.value} label={`Code of step ${count(place)}`} />
          )}
        </section>
      </div>
      <p class="actions">
        {place > 1 && <a href={hashOf(place - 1)}>Back</a>}
        {place < STEPS.length ? (
          <a class="primary" href={hashOf(place + 1)}>
            Next: {STEPS[place]?.title}
          </a>
        ) : (
          <a class="primary" href={routeHash("agents")}>
            Watch agents trade
          </a>
        )}
      </p>
    </article>
  );
}

function Result({ onRepeat }: { readonly onRepeat: () => void }): JSX.Element {
  const state = tour.runState.value;
  return (
    <section class="card" aria-labelledby="tour-result">
      <div class="head">
        <h2 id="tour-result">What happens</h2>
        <button
          type="button"
          class="small"
          aria-disabled={state.kind === "running"}
          onClick={() => state.kind !== "running" && onRepeat()}
        >
          {state.kind === "running" ? "Running…" : "Run again"}
        </button>
      </div>
      <div role="log" aria-labelledby="tour-result">
        <ol class="findings">
          {tour.findings.value.map(({ what, figure, unit }, index) => (
            <li key={index}>
              <span>{what}</span> {figure !== undefined && <strong>{format(figure, unit)}</strong>}
            </li>
          ))}
        </ol>
      </div>
      {state.kind === "failed" && (
        <p class="problem" role="alert">
          This step failed: {state.message}
        </p>
      )}
    </section>
  );
}

/** A figure in the reader's language; codes and states stay as they are. */
function format(figure: string | number, unit: tour.Finding["unit"]): string {
  if (unit === "USDT") return `${money(new Decimal(figure))} USDT`;
  if (typeof figure === "string") return figure;
  if (unit === "ms") return milliseconds(figure);
  return unit === "×" ? `${factor(figure)}×` : count(figure);
}
