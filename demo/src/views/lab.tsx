import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Boundary } from "../parts/boundary.tsx";
import { Editor } from "../parts/lab/editor.tsx";
import { ResultList } from "../parts/lab/resultList.tsx";
import { ResultView } from "../parts/lab/resultView.tsx";
import { Saved } from "../parts/lab/saved.tsx";
import { Setup } from "../parts/lab/setup.tsx";
import { ShowCode } from "../parts/showCode.tsx";
import { WithAccount } from "../parts/withAccount.tsx";
import { followLibrary, missing } from "../state/lab/library.ts";
import "../style/lab.css";

/** Strategies and backtests: define rules, try them on the past, compare what came out. */
export function Lab(): JSX.Element {
  useEffect(() => followLibrary(), []);
  return (
    <>
      <div class="title">
        <h1>Lab</h1>
        <p>Define rules, try them on past candles, and compare the results.</p>
      </div>
      <ShowCode name="lab" />
      <WithAccount>{missing.value === null ? <Bench /> : <Missing reason={missing.value} />}</WithAccount>
    </>
  );
}

function Bench(): JSX.Element {
  return (
    <div class="lab">
      <Boundary what="The strategy">
        <Editor />
      </Boundary>
      <div class="lab-column">
        <Boundary what="The form for a backtest">
          <Setup />
        </Boundary>
        <Boundary what="The list of backtests">
          <ResultList />
        </Boundary>
        <Boundary what="The list of strategies">
          <Saved />
        </Boundary>
      </div>
      <Boundary what="The result">
        <ResultView />
      </Boundary>
    </div>
  );
}

function Missing({ reason }: { readonly reason: string }): JSX.Element {
  return (
    <div class="empty" role="alert">
      <p>{reason} Connect in another way, or to the embedded exchange, to use the lab.</p>
    </div>
  );
}
