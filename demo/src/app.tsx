import { useSignalEffect } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useRef } from "preact/hooks";
import { priceOf } from "./feed.ts";
import { AskDialog } from "./parts/ask.tsx";
import { Boundary } from "./parts/boundary.tsx";
import { ConnectionDialog, openDialog, prepareDialog } from "./parts/connectionDialog.tsx";
import { Dialogs, showDialog } from "./parts/dialogs.tsx";
import { price } from "./parts/format.ts";
import { HealthLabel, HealthNotice } from "./parts/health.tsx";
import { Lazy } from "./parts/lazy.tsx";
import { routeHash, route, type ViewName } from "./route.ts";
import { link } from "./state/connection.ts";
import { health } from "./state/health.ts";
import { isOutdated } from "./state/offline.ts";
import { Board } from "./views/board.tsx";

interface View {
  readonly name: ViewName;
  readonly title: string;
  readonly load: () => Promise<ComponentType>;
}

const views: readonly View[] = [
  { name: "board", title: "Board", load: () => Promise.resolve(Board) },
  { name: "desk", title: "Desk", load: async () => (await import("./views/desk.tsx")).Desk },
  { name: "account", title: "Account", load: async () => (await import("./views/account.tsx")).Account },
  { name: "agents", title: "Agents", load: async () => (await import("./views/agents.tsx")).Agents },
  { name: "lab", title: "Lab", load: async () => (await import("./views/lab.tsx")).Lab },
  { name: "tour", title: "Tour", load: async () => (await import("./views/tour.tsx")).Tour },
];
/** The tour is no place to work at; the board leads to it. */
const inMenu = views.filter(({ name }) => name !== "tour");

export function App(): JSX.Element {
  const main = useRef<HTMLElement>(null);
  const shown = useRef<ViewName>(null);
  const view = views.find(({ name }) => name === route.value.view) ?? views[0];

  useSignalEffect(() => {
    const { view: name } = route.value;
    const title = views.find((other) => other.name === name)?.title ?? "";
    document.title = name === "desk" ? pairTitle(title) : `${title} · AgentExchange`;
    // After in-page navigation, move focus to the new content. A new price is none.
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
            {inMenu.map(({ name, title }) => (
              <li key={name}>
                <a href={routeHash(name)} aria-current={view?.name === name ? "page" : undefined}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="tools">
          <button type="button" class="quiet" aria-haspopup="dialog" onClick={() => showDialog("share")}>
            Share
          </button>
          <button type="button" class="quiet" aria-haspopup="dialog" onClick={() => showDialog("settings")}>
            Settings
          </button>
        </div>
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
          <HealthLabel />
        </button>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <HealthNotice />
        <Boundary key={view?.name} what="This view">
          {view === undefined || view.name === "board" ? <Board /> : <Lazy load={view.load} />}
        </Boundary>
      </main>
      <footer class="bottom">
        <p>
          Virtual money only.{" "}
          {link.value?.kind === "service"
            ? "Data comes from a service."
            : "Everything runs inside this page, even offline."}{" "}
          Only settings are kept when it closes.
        </p>
        <div role="status">
          {isOutdated.value && (
            <p>
              A newer version of this page is ready.{" "}
              <button type="button" class="small" onClick={() => location.reload()}>
                Reload
              </button>
            </p>
          )}
        </div>
      </footer>
      <ConnectionDialog />
      <Dialogs />
      <AskDialog />
    </>
  );
}

/** The pair and its price first, so that a narrow tab shows them. */
function pairTitle(title: string): string {
  const { symbol } = route.value;
  const last = priceOf(symbol).value;
  return `${last === undefined ? symbol : `${price(last)} ${symbol}`} · ${title} · AgentExchange`;
}
