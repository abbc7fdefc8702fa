import type { JSX } from "preact";
import { Decimal } from "agentexchange";
import { difference, FIGURES, type Figure } from "../../state/lab/figures.ts";
import type { Result } from "../../state/lab/results.ts";
import { Change } from "../change.tsx";
import { Exact } from "../exact.tsx";
import { count, money, signedMoney } from "../format.ts";
import { Tip } from "../tip.tsx";

interface Named {
  readonly name: string;
  readonly result: Result;
}

/** All figures of one result, or of two with what changed from the first to the second. */
export function Figures({ of }: { readonly of: readonly Named[] }): JSX.Element {
  const [first, second] = of;
  if (first === undefined) return <></>;
  if (second !== undefined) return <Comparison first={first} second={second} />;
  return (
    <dl class="summary lab-figures">
      {FIGURES.map((figure) => {
        const value = figure.read(first.result.results);
        return (
          <div key={figure.name}>
            <dt>
              <Term figure={figure} />
            </dt>
            <dd>
              {figure.signed && value !== null ? (
                <Change value={value} text={written(figure, value)} />
              ) : (
                <Plain figure={figure} value={value} />
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Comparison({ first, second }: { readonly first: Named; readonly second: Named }): JSX.Element {
  return (
    <table class="lab-comparison">
      <caption class="visually-hidden">
        Figures of both backtests, and what changed from the first to the second
      </caption>
      <thead>
        <tr>
          <th scope="col">Figure</th>
          <th scope="col" class="numeric">
            {first.name}
          </th>
          <th scope="col" class="numeric">
            {second.name}
          </th>
          <th scope="col" class="numeric">
            Difference
          </th>
        </tr>
      </thead>
      <tbody>
        {FIGURES.map((figure) => {
          const [before, after] = [figure.read(first.result.results), figure.read(second.result.results)];
          const change = difference(figure, before, after);
          return (
            <tr key={figure.name}>
              <th scope="row">
                <Term figure={figure} />
              </th>
              <td class="numeric">
                <Plain figure={figure} value={before} />
              </td>
              <td class="numeric">
                <Plain figure={figure} value={after} />
              </td>
              <td class="numeric">
                {change === null ? (
                  "–"
                ) : (
                  <span class={change.verdict === "better" ? "up" : change.verdict === "worse" ? "down" : undefined}>
                    {written({ ...figure, signed: true }, change.value)}
                    {change.verdict !== null && <small> {change.verdict}</small>}
                  </span>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** A figure's name, with its unit and what it means. */
function Term({ figure: { name, unit, meaning } }: { readonly figure: Figure }): JSX.Element {
  const id = `figure-${name.replaceAll(" ", "-")}`;
  return (
    <Tip id={id} text={meaning}>
      <button type="button" class="term" aria-describedby={id}>
        {name}
      </button>
      {unit === "" ? "" : `, ${unit}`}
    </Tip>
  );
}

/** A value; of an amount, hovering shows all digits. */
function Plain({ figure, value }: { readonly figure: Figure; readonly value: Decimal | null }): JSX.Element {
  if (value === null || figure.signed || figure.unit !== "USDT") return <>{written(figure, value)}</>;
  return <Exact value={value} unit="USDT" />;
}

function written({ signed, name }: Figure, value: Decimal | null): string {
  if (value === null) return "–";
  if (name === "Trades")
    return signed && value.isPositive() && !value.isZero() ? `+${count(value.toNumber())}` : count(value.toNumber());
  return signed ? signedMoney(value) : money(value);
}
