import type { JSX } from "preact";
import { Decimal } from "agentexchange";
import * as runs from "../../state/lab/run.ts";
import { share } from "../format.ts";
import { Tip } from "../tip.tsx";

/** Setting up a backtest, and how far the running one is. */
export function Setup(): JSX.Element {
  const { from, to, balance } = runs.problems.value;
  const plan = runs.plan.value;
  const current = runs.running.value;
  const isRunning = current !== null;
  return (
    <section class="card lab-setup" aria-labelledby="lab-setup">
      <h2 id="lab-setup">Backtest</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void runs.run();
        }}
      >
        <DateField
          label="First day"
          id="lab-from"
          value={runs.fromDate.value}
          problem={from}
          onInput={(day) => runs.setDates(day, runs.toDate.value)}
        />
        <DateField
          label="Up to"
          id="lab-to"
          value={runs.toDate.value}
          problem={to}
          onInput={(day) => runs.setDates(runs.fromDate.value, day)}
        />
        <div class="field">
          <label for="lab-balance">Starting balance, USDT</label>
          <input
            id="lab-balance"
            inputMode="decimal"
            autocomplete="off"
            value={runs.balanceInput.value}
            aria-invalid={balance !== null}
            aria-describedby="lab-balance-problem"
            onInput={(event) => {
              runs.balanceInput.value = event.currentTarget.value;
            }}
          />
          <p id="lab-balance-problem" class="problem">
            {balance}
          </p>
        </div>
        {/* One button, so that the focus stays when a backtest begins or ends. */}
        <button
          type="submit"
          class={isRunning ? undefined : "primary"}
          aria-disabled={isRunning ? current.isCancelling : typeof plan === "string"}
          aria-describedby="lab-run-note"
          onClick={(event) => {
            if (!isRunning) return;
            event.preventDefault();
            runs.cancel();
          }}
        >
          {!isRunning ? "Run the backtest" : current.isCancelling ? "Cancelling…" : "Cancel"}
        </button>
        <p id="lab-run-note" class="hint">
          {typeof plan === "string" && !isRunning ? plan : ""}
        </p>
      </form>
      {current !== null && <ProgressBar running={current} />}
      <p role="status" class={runs.outcome.value?.isGood === false ? "problem" : "hint"}>
        {runs.outcome.value?.text}
      </p>
      <p class="hint">
        <Tip
          id="lab-how-tip"
          text="At the end of each candle this page applies the rules of the exchange’s own strategy tests to the closes until then. Orders are market orders at the close, with 0.1 % slippage or less and the usual fee; the exchange’s backtest fills them and keeps the books."
        >
          <button type="button" class="term" aria-describedby="lab-how-tip">
            How it is run
          </button>
        </Tip>
      </p>
    </section>
  );
}

function ProgressBar({ running: { name, progress } }: { readonly running: runs.Running }): JSX.Element {
  const percent = Math.round(progress.share * 100);
  const what = progress.stage === "candles" ? `Loading candles of ${progress.detail}` : `Trading: ${progress.detail}`;
  return (
    <div class="lab-progress">
      <label for="lab-progress">
        {what} <span>{share(new Decimal(percent).div(100))}</span>
      </label>
      <progress id="lab-progress" max={100} value={percent} aria-label={`“${name}”: ${what}`} />
    </div>
  );
}

interface DateFieldProps {
  readonly label: string;
  readonly id: string;
  readonly value: string;
  readonly problem: string | null;
  readonly onInput: (day: string) => void;
}

/** Days are those of UTC, as on the exchange. */
function DateField({ label, id, value, problem, onInput }: DateFieldProps): JSX.Element {
  return (
    <div class="field">
      <label for={id}>{label} (UTC)</label>
      <input
        id={id}
        type="date"
        value={value}
        min={runs.minDate.value}
        max={runs.maxDate.value}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-problem`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <p id={`${id}-problem`} class="problem">
        {problem}
      </p>
    </div>
  );
}
