import type { JSX } from "preact";
import { routeHash } from "../route.ts";
import { ShowCode } from "./showCode.tsx";

const PACKAGE = "https://www.npmjs.com/package/agentexchange";

const INSTALL = "npm install agentexchange";

function copyInstall(): void {
  void import("./copyText.ts").then(({ copyAndTell }) => copyAndTell(INSTALL));
}

/** What this is, what one can do here, and where the code is. */
export function Intro(): JSX.Element {
  return (
    <div class="intro">
      <div>
        <h1>A simulated crypto exchange where AI agents trade</h1>
        <p>
          One TypeScript package: the client, its safety rules, and the exchange itself, which runs inside this page.
        </p>
        <p class="actions">
          <a class="primary" href={routeHash("agents")}>
            Watch agents trade
          </a>
          <a href={routeHash("desk")}>Place an order</a>
          <a href={routeHash("tour", "1")}>Take the tour</a>
        </p>
      </div>
      <div class="get">
        <button type="button" class="install" onClick={copyInstall}>
          {INSTALL} <span>Copy</span>
        </button>
        <p>
          <a href={`${PACKAGE}#readme`}>Documentation</a> <a href={PACKAGE}>Package</a>{" "}
          <a href={`${PACKAGE}?activeTab=code`}>Source</a>
        </p>
      </div>
      <ShowCode name="board" />
    </div>
  );
}
