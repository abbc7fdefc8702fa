import { AgentExchangeClient, type SnapshotEntry } from "agentexchange";
import { createExchange } from "agentexchange/exchange";

const LATENCY = 50;
const PERIOD = 1000;

const client = new AgentExchangeClient(createExchange({ latency: LATENCY }).connection);

function find(selector: string, within: ParentNode = document): HTMLElement {
  const found = within.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`The page has no ${selector}.`);
  return found;
}

const form = find("form") as HTMLFormElement;
const field = find("[name=symbols]") as HTMLInputElement;
const pause = find("button");

// Numbers as the reader's browser writes them.
const exact = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 8 });
const rough = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const signed = new Intl.NumberFormat(undefined, {
  style: "percent",
  signDisplay: "exceptZero",
  minimumFractionDigits: 2,
});
const time = new Intl.NumberFormat(undefined, { style: "unit", unit: "millisecond", maximumFractionDigits: 0 });

/** One round trip: when it began and how long it took, in milliseconds. */
interface Trip {
  readonly symbol: string;
  readonly began: number;
  readonly took: number;
}

/** Snapshots of all symbols at once, or of each after the one before. */
async function take(): Promise<{ entries: SnapshotEntry[]; trips: Trip[]; took: number }> {
  const symbols = [...new Set(field.value.toUpperCase().match(/[^\s,]+/g))];
  const together = new FormData(form).get("mode") === "together";
  const start = performance.now();
  const entries: SnapshotEntry[] = [];
  const trips: Trip[] = [];
  for (const group of together ? [symbols] : symbols.map((symbol) => [symbol])) {
    const began = performance.now() - start;
    const snapshot = await client.marketSnapshot(group);
    entries.push(...snapshot.entries);
    for (const { symbol, took } of snapshot.entries)
      trips.push({ symbol, began, took: Math.max(took.price, took.ticker) });
  }
  return { entries, trips, took: performance.now() - start };
}

/** A copy of a template with its slots filled. */
function copy(template: string, texts: Readonly<Record<string, string>>): HTMLElement {
  const element = find("li", (find(template) as HTMLTemplateElement).content).cloneNode(true) as HTMLElement;
  for (const [selector, text] of Object.entries(texts)) find(selector, element).textContent = text;
  return element;
}

function tile({ symbol, error, price, ticker, took }: SnapshotEntry): HTMLElement {
  if (error !== null) return copy("#failed", { h2: symbol, ".note": error.message });
  const { change, changePct, volume } = ticker;
  const [direction, arrow] = change.isZero() ? ["flat", "="] : change.isPositive() ? ["up", "▲"] : ["down", "▼"];
  const element = copy("#tile", {
    h2: symbol,
    ".price": exact.format(price.price.toFixed() as `${number}`),
    ".change": `${arrow} ${signed.format(changePct.div(100).toNumber())}`,
    ".volume": `Volume ${rough.format(volume.toNumber())}`,
    ".calls": `Price in ${time.format(took.price)}, ticker in ${time.format(took.ticker)}`,
  });
  element.dataset["direction"] = direction;
  return element;
}

function show({ entries, trips, took }: Awaited<ReturnType<typeof take>>): void {
  const sum = entries.reduce((all, entry) => all + entry.took.price + entry.took.ticker, 0);
  find("#took").textContent = time.format(took);
  find("#sum").textContent = `for ${entries.length * 2} calls that took ${time.format(sum)} together`;
  find("ul").replaceChildren(...entries.map(tile));
  const rows = find("ol");
  // The rows stay, so that their bars can move; the scale does, so that they can be compared.
  if (rows.children.length !== trips.length) rows.replaceChildren(...trips.map(() => copy("#trip", {})));
  const scale = Math.max(took, LATENCY * 1.1 * entries.length);
  for (const [index, trip] of trips.entries()) {
    const row = rows.children[index] as HTMLElement;
    find("span", row).textContent = trip.symbol;
    find("small", row).textContent = time.format(trip.took);
    row.style.setProperty("--left", `${(trip.began / scale) * 100}%`);
    row.style.setProperty("--width", `${(trip.took / scale) * 100}%`);
  }
}

field.value = new URLSearchParams(location.search).get("symbols") ?? "BTCUSDT ETHUSDT SOLUSDT BNBUSDT ADAUSDT";
form.addEventListener("submit", (event) => event.preventDefault());
let paused = false;
pause.addEventListener("click", () => {
  paused = !paused;
  pause.textContent = paused ? "Go on" : "Pause";
});

for (;;) {
  const pauseOver = new Promise((resolve) => setTimeout(resolve, PERIOD));
  if (!paused) show(await take());
  await pauseOver;
}
