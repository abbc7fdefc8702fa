import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { gapCount, source, stream, streamProblem, streamState } from "../feed.ts";
import { failures, rateLimits, traffic } from "../state/calls.ts";
import { link, linkState } from "../state/connection.ts";
import { profiles, removeProfile, type Profile } from "../state/profiles.ts";
import { EmbeddedForm } from "./embeddedForm.tsx";
import { count, timeOfDay } from "./format.ts";
import { GatewayForm, ServiceForm } from "./serviceForms.tsx";

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

const KINDS = [
  ["embedded", "Inside this page"],
  ["gateway", "Gateway"],
  ["service", "Service"],
] as const;
type Kind = (typeof KINDS)[number][0];

function presentKind(): Kind {
  if (link.value === null || link.value.kind === "embedded") return "embedded";
  return link.value.credential === "token" ? "gateway" : "service";
}

function Source(): JSX.Element {
  const kind = useSignal<Kind>(presentKind());
  const chosen = useSignal<Profile | null>(null);
  const address = chosen.value?.address;
  return (
    <section aria-labelledby="source-title">
      <h3 id="source-title">Data source</h3>
      <fieldset class="segments">
        <legend class="visually-hidden">Exchange</legend>
        {KINDS.map(([choice, label]) => (
          <label key={choice}>
            <input
              type="radio"
              name="kind"
              checked={kind.value === choice}
              onChange={() => {
                kind.value = choice;
                chosen.value = null;
              }}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <Profiles
        onChoose={(profile) => {
          kind.value = profile.kind;
          chosen.value = profile;
        }}
      />
      {kind.value === "embedded" && <EmbeddedForm />}
      {kind.value === "gateway" && <GatewayForm key={address} address={address} />}
      {kind.value === "service" && <ServiceForm key={address} address={address} />}
    </section>
  );
}

/** The addresses that this browser remembers. */
function Profiles({ onChoose }: { readonly onChoose: (profile: Profile) => void }): JSX.Element | null {
  const known = profiles.signal.value;
  if (known.length === 0) return null;
  return (
    <ul class="profiles" aria-label="Saved addresses">
      {known.map((profile) => (
        <li key={`${profile.kind} ${profile.address}`}>
          <button type="button" class="small" onClick={() => onChoose(profile)}>
            {profile.name} <small>{profile.kind}</small>
          </button>
          <button
            type="button"
            class="small quiet"
            aria-label={`Forget ${profile.name}`}
            onClick={(event) => {
              // This button disappears; the focus goes to what is left.
              const list = event.currentTarget.closest("section");
              removeProfile(profile);
              list?.querySelector<HTMLElement>("input:checked")?.focus();
            }}
          >
            ×
          </button>
        </li>
      ))}
    </ul>
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
                  {timeOfDay(time)}, {count(attempts)} sent
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
