import { useSignalEffect } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useRef } from "preact/hooks";
import { ConnectionDialog, openDialog, prepareDialog } from "./parts/connectionDialog.tsx";
import { Lazy } from "./parts/lazy.tsx";
import { routeHash, route, type ViewName } from "./route.ts";
import { health, link, linkState, type Health } from "./state/connection.ts";
import { Board } from "./views/board.tsx";

interface View {
  readonly name: ViewName;
  readonly title: string;
  readonly load: () => Promise<ComponentType>;
}

const views: readonly View[] = [
  { name: "board", title: "Board", load: () => Promise.resolve(Board) },
  { name: "market", title: "Market", load: async () => (await import("./views/market.tsx")).Market },
  { name: "trade", title: "Trade", load: async () => (await import("./views/trade.tsx")).Trade },
  { name: "account", title: "Account", load: async () => (await import("./views/account.tsx")).Account },
  { name: "agents", title: "Agents", load: async () => (await import("./views/agents.tsx")).Agents },
];

const HEALTH: Readonly<Record<Health, string>> = {
  opening: "Opening",
  connected: "Connected",
  recovering: "Recovering",
  unreachable: "Unreachable",
};

export function App(): JSX.Element {
  const main = useRef<HTMLElement>(null);
  const shown = useRef<ViewName>(null);
  const view = views.find(({ name }) => name === route.value.view) ?? views[0];

  useSignalEffect(() => {
    const { view: name } = route.value;
    document.title = `${views.find((other) => other.name === name)?.title ?? ""} · AgentExchange`;
    // After in-page navigation, move focus to the new content.
    if (shown.current !== null && shown.current !== name) main.current?.focus();
    shown.current = name;
  });

  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to content
      </a>
      <header class="top">
        <p class="brand">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="8" />
            <path d="M7 21l6-8 5 5 7-9" />
          </svg>
          AgentExchange
        </p>
        <nav aria-label="Views">
          <ul>
            {views.map(({ name, title }) => (
              <li key={name}>
                <a href={routeHash(name)} aria-current={view?.name === name ? "page" : undefined}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <button
          type="button"
          class="status"
          data-health={health.value}
          onPointerEnter={prepareDialog}
          onFocus={prepareDialog}
          onClick={openDialog}
          aria-haspopup="dialog"
        >
          <span class="dot" aria-hidden="true" />
          <span>
            {HEALTH[health.value]}
            <small>{link.value?.kind === "service" ? link.value.name : "embedded exchange"}</small>
          </span>
        </button>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <Outage />
        {view === undefined || view.name === "board" ? <Board /> : <Lazy key={view.name} load={view.load} />}
      </main>
      <footer class="bottom">
        <p>
          Virtual money only.{" "}
          {link.value?.kind === "service"
            ? "Data comes from a service."
            : "Everything runs inside this page, even offline."}{" "}
          Nothing is saved when it closes.
        </p>
      </footer>
      <ConnectionDialog />
    </>
  );
}

/** Banner shown above every view while data cannot be current. */
function Outage(): JSX.Element {
  const state = linkState.value;
  return (
    <div role="status">
      {health.value === "unreachable" && (
        <p class="notice">
          {state.kind === "failed"
            ? `Not connected: ${state.message}`
            : "The service does not respond. Data is as old as shown; the client keeps retrying."}
        </p>
      )}
    </div>
  );
}
