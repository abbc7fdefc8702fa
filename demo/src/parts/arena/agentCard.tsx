import { Decimal } from "agentexchange";
import type { Outcome } from "agentexchange/bots";
import type { JSX } from "preact";
import { Change } from "../change.tsx";
import { count, dateTime, money, percent } from "../format.ts";
import { Sparkline } from "../sparkline.tsx";
import { halt, resume } from "../../state/arena/run.ts";
import { STRATEGIES } from "../../state/arena/strategies.ts";
import type { AgentView } from "../../state/arena/types.ts";

/** Points of the small curve: more would not be seen. */
const SMALL = 64;

export const OUTCOMES: Readonly<Record<Outcome, string>> = {
  ordered: "✓ Ordered",
  simulated: "○ Simulated",
  held: "– Held",
  refused: "✕ Refused",
  unknown: "? Unknown",
  partial: "◐ Ran out of requests",
  failed: "✕ Failed",
};

/** One agent: how it stands, and what it decided last. */
export function AgentCard({ agent, index }: { readonly agent: AgentView; readonly index: number }): JSX.Element {
  const { settings, equity, changePct, drawdownPct, curve, orders, refusals, usedToday, halted, last } = agent;
  const title = `trader-${index}`;
  const limit = new Decimal(settings.limits.maxPerDay);
  const used = `${money(usedToday)} of ${money(limit)} USDT`;
  return (
    <li class="card trader" data-tone={index + 1} aria-labelledby={title}>
      <div class="head">
        <h3 id={title}>{settings.name}</h3>
        <button
          type="button"
          class="small"
          aria-label={`${halted === null ? "Halt" : "Resume"} ${settings.name}`}
          onClick={() => void (halted === null ? halt(index) : resume(index))}
        >
          {halted === null ? "Halt" : "Resume"}
        </button>
      </div>
      <p class="hint">{STRATEGIES[settings.kind].sentence}</p>
      <p class="standing">
        <strong>{money(equity)}</strong> <small>USDT</small>
        <Change value={changePct} text={percent(changePct)} />
      </p>
      {curve.length > 1 ? (
        <Sparkline values={thin(curve)} label={`Equity of ${settings.name} over the run`} />
      ) : (
        <p class="hint">The curve begins with the second decision.</p>
      )}
      <dl class="figures">
        <div>
          <dt>Drawdown</dt>
          <dd>{percent(drawdownPct.neg())}</dd>
        </div>
        <div>
          <dt>Orders</dt>
          <dd>{count(orders)}</dd>
        </div>
        <div>
          <dt>Refused</dt>
          <dd>{count(refusals)}</dd>
        </div>
      </dl>
      <label class="mandate">
        <span>
          Mandate used today <span>{used}</span>
        </span>
        <meter min={0} max={limit.toNumber()} value={usedToday.toNumber()} aria-valuetext={used} />
      </label>
      {halted !== null && <p class="problem">Halted: {halted}.</p>}
      <p class="decision">
        {last === null ? (
          "No decision yet."
        ) : (
          <>
            <strong data-outcome={last.outcome}>{OUTCOMES[last.outcome]}</strong>{" "}
            <small>{dateTime(new Date(last.time))}</small>
            <br />
            {last.reason}
          </>
        )}
      </p>
    </li>
  );
}

/** Samples a curve evenly, and always keeps its newest point. */
function thin(curve: AgentView["curve"]): readonly number[] {
  const stride = Math.ceil(curve.length / SMALL);
  return curve.filter((_, index) => index % stride === 0 || index === curve.length - 1).map(({ value }) => value);
}
