import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { source } from "../feed.ts";
import { Book } from "../parts/book.tsx";
import { contained } from "../parts/boundary.tsx";
import { Candles } from "../parts/candles.tsx";
import { showDialog } from "../parts/dialogs.tsx";
import { count } from "../parts/format.ts";
import { LastPrice } from "../parts/lastPrice.tsx";
import { useMedia } from "../parts/media.ts";
import { OpenOrders } from "../parts/openOrders.tsx";
import { OrderPreview } from "../parts/orderPreview.tsx";
import { Outcomes } from "../parts/outcomes.tsx";
import { PairField } from "../parts/pairField.tsx";
import { Positions } from "../parts/positions.tsx";
import { ShowCode } from "../parts/showCode.tsx";
import { Splitter } from "../parts/splitter.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Tape } from "../parts/tape.tsx";
import { Ticket } from "../parts/ticket.tsx";
import { WithAccount } from "../parts/withAccount.tsx";
import { WithPair } from "../parts/withPair.tsx";
import { route } from "../route.ts";
import { followAccount, openOrders } from "../state/account.ts";
import { link } from "../state/connection.ts";
import { missingWidth, PANELS, panelSizes, tab, type Tab } from "../state/desk.ts";
import { followMarket } from "../state/market.ts";
import { followTicket } from "../state/ticket.ts";
import "../style/desk.css";

/** One pair on one screen: chart, book, trades, ticket, orders and positions. */
export function Desk(): JSX.Element {
  return (
    <>
      <div class="title desk-title">
        <h1>{route.value.symbol}</h1>
        <LastPrice />
        <PairField view="desk" />
        <button type="button" class="small" aria-haspopup="dialog" onClick={() => showDialog("markets")}>
          All markets
        </button>
        <p class="hint">
          From {link.value?.name ?? "no exchange yet"}, {source.value}.
        </p>
        <ShowCode name="desk" />
      </div>
      <WithPair view="desk">
        <Panels />
      </WithPair>
    </>
  );
}

/** Each by itself: one that fails leaves the others as they are. */
const panels = {
  Candles: contained("The chart", Candles),
  Book: contained("The order book", Book),
  Tape: contained("The list of public trades", Tape),
  Ticket: contained("The ticket", Ticket),
  OrderPreview: contained("The preview", OrderPreview),
  Outcomes: contained("The list of results", Outcomes),
  OpenOrders: contained("The list of open orders", OpenOrders),
  Positions: contained("The list of positions", Positions),
};

/** Everything at once where it fits, tabs where it does not. */
function Panels(): JSX.Element {
  useEffect(() => followMarket(), []);
  useEffect(() => followAccount(), []);
  useEffect(() => followTicket(), []);
  return useMedia("(min-width: 64rem)").value ? <Screen /> : <SmallScreen />;
}

function Screen(): JSX.Element {
  const sizes = panelSizes.signal.value;
  const { ticket, lists, orders } = sizes;
  const [book, tape] = (["book", "tape"] as const).map(
    (name) => sizes[name] + (sizes[name] === PANELS[name].initial ? (missingWidth.value[name] ?? 0) : 0),
  );
  return (
    <div
      class="desk"
      style={{
        "--book": `${book}px`,
        "--tape": `${tape}px`,
        "--ticket": `${ticket}px`,
        "--lists": `${lists}px`,
        "--orders": `${orders}px`,
      }}
    >
      <div class="cell" data-panel="chart">
        <panels.Candles />
      </div>
      <Splitter panel="book" label="the order book" axis="x" grows={false} />
      <div class="cell" data-panel="book">
        <panels.Book onTake={() => {}} />
      </div>
      <Splitter panel="tape" label="the recent trades" axis="x" grows={false} />
      <div class="cell" data-panel="tape">
        <panels.Tape />
      </div>
      <Splitter panel="ticket" label="the ticket" axis="x" grows={false} />
      <div class="side" data-panel="ticket">
        <WithAccount>
          <panels.Ticket />
          <panels.OrderPreview />
          <panels.Outcomes />
        </WithAccount>
      </div>
      <WithAccount quiet>
        <Splitter panel="lists" label="orders and positions" axis="y" grows={false} />
        <div class="lists" data-panel="lists">
          <div class="cell" data-panel="orders">
            <panels.OpenOrders />
          </div>
          <Splitter panel="orders" label="the open orders" axis="x" grows />
          <div class="cell">
            <panels.Positions />
          </div>
        </div>
      </WithAccount>
    </div>
  );
}

function SmallScreen(): JSX.Element {
  const open = openOrders.value?.length ?? 0;
  return (
    <Tabs<Tab>
      label="Parts of the desk"
      tabs={[
        { name: "chart", title: "Chart" },
        { name: "book", title: "Book" },
        { name: "ticket", title: "Ticket" },
        { name: "orders", title: open === 0 ? "Orders" : `Orders (${count(open)})` },
      ]}
      selected={tab.value}
      onSelect={(name) => {
        tab.value = name;
      }}
    >
      <TabContent name={tab.value} />
    </Tabs>
  );
}

function TabContent({ name }: { readonly name: Tab }): JSX.Element {
  if (name === "chart") return <panels.Candles />;
  if (name === "book")
    return (
      <>
        <panels.Book onTake={showTicket} />
        <panels.Tape />
      </>
    );
  return (
    <WithAccount>
      {name === "ticket" ? (
        <>
          <panels.Ticket />
          <div class="column">
            <panels.OrderPreview />
            <panels.Outcomes />
          </div>
        </>
      ) : (
        <>
          <panels.OpenOrders />
          <panels.Positions />
        </>
      )}
    </WithAccount>
  );
}

/** On a small screen the ticket is behind a tab: goes there, to the amount. */
function showTicket(): void {
  tab.value = "ticket";
  requestAnimationFrame(() =>
    requestAnimationFrame(() => document.querySelector<HTMLElement>("#order-amount")?.focus()),
  );
}
