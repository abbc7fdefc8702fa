// Open orders as lines at their prices. Limit orders can be dragged to another price.
import { type IChartApi, type IPriceLine, type ISeriesApi, LineStyle } from "lightweight-charts";
import { Decimal, type Order } from "agentexchange";
import { colorOf } from "./chartTheme.ts";
import { quantity } from "./format.ts";
import { kindName } from "./orderKinds.ts";

/** What a person does with the lines. */
export interface Moves {
  /** Decimals of the pair's prices. */
  readonly decimals: number;
  readonly canMove: (order: Order) => boolean;
  /** An order was dropped at another price. */
  readonly onMove: (order: Order, price: Decimal) => void;
  /** An order is over this price; null when it is no longer dragged. */
  readonly onDrag: (order: Order, price: Decimal | null) => void;
}

export interface OrderLines {
  show(orders: readonly Order[], moves: Moves | undefined): void;
  paint(): void;
  remove(): void;
}

interface Shown {
  order: Order;
  readonly line: IPriceLine;
}

/** A line that a pointer holds. */
interface Grip {
  readonly shown: Shown;
  /** Where the pointer took it, and how far that was below the line. */
  readonly from: number;
  readonly below: number;
  /** Whether it is being moved: to touch a line is not to move it. */
  moves: boolean;
}

/** A chart of prices is zoomed and moved with the wheel, as everywhere; moving a finger up and down scrolls the page. */
export const MOVABLE = {
  handleScroll: { mouseWheel: true, pressedMouseMove: true, horzTouchDrag: true, vertTouchDrag: false },
  handleScale: true,
};

/** Pixels around a line in which it is taken. A finger that starts elsewhere scrolls the page or the chart. */
const REACH = { mouse: 5, touch: 16 } as const;
/** Pixels that a pointer moves before a line follows: a hand is never quite still. */
const SLACK = { mouse: 2, touch: 6 } as const;
const STYLES: Readonly<Record<string, LineStyle>> = {
  limit: LineStyle.Dashed,
  stop_loss: LineStyle.Dotted,
  take_profit: LineStyle.LargeDashed,
};

export function orderLines(element: HTMLElement, chart: IChartApi, series: ISeriesApi<"Candlestick">): OrderLines {
  const lines = new Map<string, Shown>();
  let moves: Moves | undefined;
  let grip: Grip | undefined;

  const priceOf = (order: Order): number => order.price?.toNumber() ?? 0;
  const kindOf = ({ pointerType }: PointerEvent): "mouse" | "touch" => (pointerType === "mouse" ? "mouse" : "touch");
  const topOf = (): number => element.getBoundingClientRect().top;
  const yOf = (order: Order): number => series.priceToCoordinate(priceOf(order)) ?? -Infinity;

  /** The line under the pointer, the nearest of several. */
  function lineAt(event: PointerEvent): Shown | undefined {
    const { clientX, clientY } = event;
    const box = element.getBoundingClientRect();
    if (moves === undefined || clientX - box.left > chart.paneSize(0).width) return undefined;
    const distance = ({ order }: Shown): number => Math.abs(yOf(order) - (clientY - box.top));
    const reach = REACH[kindOf(event)];
    return [...lines.values()]
      .filter((shown) => moves?.canMove(shown.order) === true && distance(shown) <= reach)
      .toSorted((a, b) => distance(a) - distance(b))[0];
  }

  /** The price of a line that is held there, as fine as the pair's prices are. */
  function priceAt({ clientY }: PointerEvent, below: number): Decimal | null {
    const y = clientY - topOf() - below;
    // Below the prices is another pane, or the time.
    const price = y > chart.paneSize(0).height ? null : series.coordinateToPrice(y);
    if (price === null || moves === undefined) return null;
    const rounded = new Decimal(price).toDecimalPlaces(moves.decimals);
    return rounded.gt(0) ? rounded : null;
  }

  // All of this comes before the chart's own handlers, which would scroll.
  function down(event: PointerEvent): void {
    if (!event.isPrimary || event.button !== 0) return;
    const shown = lineAt(event);
    if (shown === undefined) return;
    const { clientY: from } = event;
    grip = { shown, from, below: from - topOf() - yOf(shown.order), moves: false };
    event.preventDefault();
    event.stopPropagation();
    element.setPointerCapture(event.pointerId);
    chart.applyOptions({ handleScroll: false, handleScale: false });
    chart.clearCrosshairPosition();
  }
  function move(event: PointerEvent): void {
    if (grip === undefined) {
      element.classList.toggle("over-order", event.pointerType === "mouse" && lineAt(event) !== undefined);
      return;
    }
    event.stopPropagation();
    if (!event.isPrimary) return;
    grip.moves ||= Math.abs(event.clientY - grip.from) > SLACK[kindOf(event)];
    const price = grip.moves ? priceAt(event, grip.below) : null;
    if (price === null) return;
    const { order, line } = grip.shown;
    line.applyOptions({ price: price.toNumber() });
    moves?.onDrag(order, price);
  }
  function up(event: PointerEvent): void {
    if (grip === undefined || !event.isPrimary) return;
    const { shown, below, moves: isMoved } = grip;
    const price = isMoved ? priceAt(event, below) : null;
    stop();
    if (price !== null && shown.order.price?.eq(price) === false) moves?.onMove(shown.order, price);
  }
  /** The line goes back to where its order is. */
  function stop(): void {
    if (grip === undefined) return;
    const { order, line } = grip.shown;
    grip = undefined;
    line.applyOptions({ price: priceOf(order) });
    moves?.onDrag(order, null);
    chart.applyOptions(MOVABLE);
  }
  const escape = (event: KeyboardEvent): void => {
    if (event.key === "Escape") stop();
  };
  /** A finger that holds a line neither scrolls the page nor moves the chart's crosshair. */
  const keepStill = (event: TouchEvent): void => {
    if (grip === undefined) return;
    if (event.cancelable) event.preventDefault();
    event.stopPropagation();
  };
  const listening = new AbortController();
  const { signal } = listening;
  element.addEventListener("pointerdown", down, { capture: true, signal });
  element.addEventListener("pointermove", move, { capture: true, signal });
  element.addEventListener("pointerup", up, { capture: true, signal });
  element.addEventListener("pointercancel", stop, { signal });
  element.addEventListener("touchstart", keepStill, { capture: true, passive: false, signal });
  element.addEventListener("touchmove", keepStill, { capture: true, passive: false, signal });
  addEventListener("keydown", escape, { signal });

  const paintLine = ({ order, line }: Shown): void => {
    const color = colorOf(element, order.side === "buy" ? "up" : "down");
    line.applyOptions({ color, axisLabelColor: color, axisLabelTextColor: colorOf(element, "card") });
  };

  return {
    show(orders, nextMoves) {
      moves = nextMoves;
      const waiting = orders.filter(({ price }) => price !== null);
      const ids = new Set(waiting.map(({ orderId }) => orderId));
      for (const [id, shown] of lines) {
        if (ids.has(id)) continue;
        // An order that is filled or cancelled while it is dragged is no longer there to be moved.
        if (grip?.shown === shown) stop();
        series.removePriceLine(shown.line);
        lines.delete(id);
      }
      for (const order of waiting) {
        const known = lines.get(order.orderId);
        if (known !== undefined) {
          known.order = order;
          continue;
        }
        const line = series.createPriceLine({
          price: priceOf(order),
          title: `${order.side} ${quantity(order.quantity)} ${kindName(order.type)}`,
          lineWidth: 1,
          lineStyle: STYLES[order.type] ?? LineStyle.Dashed,
          axisLabelVisible: true,
        });
        const shown = { order, line };
        lines.set(order.orderId, shown);
        paintLine(shown);
      }
    },
    paint() {
      for (const shown of lines.values()) paintLine(shown);
    },
    remove() {
      listening.abort();
    },
  };
}
