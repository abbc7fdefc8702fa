import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { gapCount, source, stream, streamProblem, streamState } from "../feed.ts";
import { count, timeOfDay } from "../parts/format.ts";
import { rateLimits, failures, messageOf, traffic } from "../state/calls.ts";
import {
  embedded,
  faults,
  link,
  linkState,
  openEmbedded,
  openService,
  setSpeed,
  speed,
  SPEEDS,
} from "../state/connection.ts";
import { Latency } from "./board.tsx";

/** The data source, its status and recent failures. */
export function Connection(): JSX.Element {
  return (
    <>
      <Source />
      <State />
      <Failures />
    </>
  );
}

function Source(): JSX.Element {
  const kind = useSignal(link.value?.kind ?? "embedded");
  return (
    <section aria-labelledby="source-title">
      <h3 id="source-title">Data source</h3>
      <fieldset class="segments">
        <legend class="visually-hidden">Exchange</legend>
        {(["embedded", "service"] as const).map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name="kind"
              checked={kind.value === choice}
              onChange={() => {
                kind.value = choice;
              }}
            />
            <span>{choice === "embedded" ? "Inside this page" : "A service"}</span>
          </label>
        ))}
      </fieldset>
      {kind.value === "embedded" ? <EmbeddedForm /> : <ServiceForm />}
    </section>
  );
}

function EmbeddedForm(): JSX.Element {
  const seed = useSignal(String(embedded.value.seed));
  const fidelity = useSignal(embedded.value.fidelity);
  const restart = (event: Event): void => {
    event.preventDefault();
    openEmbedded({ seed: Number(seed.peek()), fidelity: fidelity.peek() }).catch(() => {});
  };
  return (
    <>
      <div class="fields">
        <label class="field">
          Clock speed
          <select value={speed} onChange={(event) => setSpeed(Number(event.currentTarget.value))}>
            {SPEEDS.map((times) => (
              <option key={times} value={times}>
                {times === 1 ? "real time" : `${times}× faster`}
              </option>
            ))}
          </select>
        </label>
        <Latency id="drawer-latency" />
        <label class="switch">
          <input
            type="checkbox"
            role="switch"
            checked={faults}
            onChange={(event) => {
              faults.value = event.currentTarget.checked;
            }}
          />
          <span>
            Network faults
            <small>
              One request in three is refused, cut off or answered with an error, and the stream breaks. The client
              recovers.
            </small>
          </span>
        </label>
      </div>
      <form class="fields" onSubmit={restart}>
        <label class="field">
          Seed
          <input
            type="number"
            min="0"
            step="1"
            required
            value={seed}
            onInput={(event) => {
              seed.value = event.currentTarget.value;
            }}
          />
        </label>
        <label class="field">
          Fidelity
          <select
            value={fidelity}
            onChange={(event) => {
              fidelity.value = event.currentTarget.value === "observed" ? "observed" : "declared";
            }}
          >
            <option value="declared">as declared</option>
            <option value="observed">as observed, including quirks</option>
          </select>
        </label>
        <button type="submit">{link.value?.kind === "service" ? "Use this exchange" : "Restart"}</button>
      </form>
    </>
  );
}

function ServiceForm(): JSX.Element {
  const baseUrl = useSignal(link.value?.kind === "service" ? `http://${link.value.name}` : "http://localhost:8000");
  const problem = useSignal("");
  const connect = (event: SubmitEvent): void => {
    event.preventDefault();
    const key = new FormData(event.currentTarget as HTMLFormElement).get("key");
    problem.value = "";
    openService(baseUrl.peek().replace(/\/+$/, ""), typeof key === "string" ? key.trim() : "").catch(
      (error: unknown) => {
        problem.value = messageOf(error);
      },
    );
  };
  return (
    <form class="fields" onSubmit={connect}>
      <label class="field">
        Base URL
        <input
          type="url"
          required
          value={baseUrl}
          onInput={(event) => {
            baseUrl.value = event.currentTarget.value;
          }}
        />
      </label>
      <label class="field">
        Agent's key
        <input type="password" name="key" autocomplete="off" aria-describedby="key-hint" />
      </label>
      <p id="key-hint" class="hint">
        The key stays in this page's memory and is discarded when the page closes. Without a key, only market data is
        available.
      </p>
      <button type="submit" disabled={linkState.value.kind === "opening"}>
        Connect
      </button>
      <p class="problem" role="alert">
        {problem.value}
      </p>
    </form>
  );
}

function State(): JSX.Element {
  const { requests, retries, errors } = traffic.value;
  const state = linkState.value;
  return (
    <section aria-labelledby="state-title">
      <h3 id="state-title">Status</h3>
      <dl class="facts">
        <dt>State</dt>
        <dd>
          <span role="status">{state.kind === "failed" ? state.message : state.kind}</span>
        </dd>
        <dt>Source</dt>
        <dd>
          {link.value?.name ?? "none"}; {source.value}
        </dd>
        <dt>Stream</dt>
        <dd id="stream">
          {stream.value === null ? "none" : streamState.value}
          {streamProblem.value !== null && `: ${streamProblem.value}`}
          {gapCount.value > 0 && `; ${count(gapCount.value)} gaps backfilled`}
        </dd>
        <dt>Requests</dt>
        <dd id="requests">{count(requests)}</dd>
        <dt>Retries</dt>
        <dd id="retries">{count(retries)}</dd>
        <dt>Failed requests</dt>
        <dd>{count(errors)}</dd>
      </dl>
      <h4>Remaining requests this minute</h4>
      {rateLimits.value.length === 0 && <p class="empty">No rate-limited requests yet.</p>}
      {rateLimits.value.map(({ tier, limit, remaining }) => (
        <label class="budget" key={tier}>
          <span>{tier}</span>
          <meter min="0" max={limit} low={limit * 0.2} value={remaining} />
          <span>
            {count(remaining)} of {count(limit)}
          </span>
        </label>
      ))}
    </section>
  );
}

function Failures(): JSX.Element {
  return (
    <section aria-labelledby="failures-title">
      <h3 id="failures-title">Failed calls</h3>
      {failures.value.length === 0 ? (
        <p class="empty">None.</p>
      ) : (
        <ul class="failures">
          {failures.value.map(({ id, time, action: what, code, message, hint, attempts }) => (
            <li key={id}>
              <p>
                <code>{code}</code> {what}{" "}
                <small>
                  {timeOfDay(time)}, {attempts} sent
                </small>
              </p>
              <p>{message}</p>
              {hint !== null && <p class="hint">{hint}</p>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
