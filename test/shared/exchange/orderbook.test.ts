import { describe, expect, it } from "vitest";
import { manualMarket } from "../../../src/exchange/index.ts";
import { open, send } from "./trader.ts";

const BOOKS = [
  {
    price: "61250.40",
    bids: [
      ["61244.27", "0.179"],
      ["61238.15", "4.983"],
      ["61232.02", "6.246"],
      ["61225.90", "0.453"],
      ["61219.77", "3.626"],
    ],
    asks: [
      ["61256.53", "0.5"],
      ["61262.65", "8.406"],
      ["61268.78", "5.948"],
      ["61274.90", "1.272"],
      ["61281.03", "9.832"],
    ],
  },
  {
    price: "2.4071",
    bids: [
      ["2.4069", "8.653"],
      ["2.4066", "9.548"],
      ["2.4064", "6.223"],
      ["2.4061", "6.467"],
      ["2.4059", "3.786"],
    ],
    asks: [
      ["2.4073", "0.681"],
      ["2.4076", "3.227"],
      ["2.4078", "5.321"],
      ["2.4081", "3.274"],
      ["2.4083", "2.562"],
    ],
  },
  {
    price: "0.05123",
    bids: [
      ["0.051225", "6.267"],
      ["0.051220", "7.972"],
      ["0.051215", "7.425"],
      ["0.051210", "0.387"],
      ["0.051204", "9.439"],
    ],
    asks: [
      ["0.051235", "7.444"],
      ["0.051240", "9.43"],
      ["0.051245", "9.231"],
      ["0.051250", "4.71"],
      ["0.051256", "6.525"],
    ],
  },
];

describe("order book", () => {
  it.each(BOOKS)("is the platform's at $price", async ({ price, bids, asks }) => {
    const exchange = open({ market: manualMarket({ XUSDT: { price } }) });
    const { json } = await send(exchange, "GET", "/api/v1/market/orderbook/xusdt?depth=5");
    expect({ bids: json.bids, asks: json.asks }).toEqual({ bids, asks });
  });

  it("shows only zeros for prices below a millionth, when observed", async () => {
    const exchange = open({ market: manualMarket({ XUSDT: { price: "1.2E-7" } }), fidelity: "observed" });
    const { json } = await send(exchange, "GET", "/api/v1/market/orderbook/XUSDT?depth=20");
    expect(new Set(json.bids.map((level) => level[0]))).toEqual(new Set(["0.000000"]));
    expect(json.asks).toHaveLength(20);
  });

  it("uses every word of a large price as seed", async () => {
    const exchange = open({
      market: manualMarket({ XUSDT: { price: "98765432109.87" }, YUSDT: { price: "98765432109.88" } }),
    });
    const [x, y] = await Promise.all(
      ["X", "Y"].map((base) => send(exchange, "GET", `/api/v1/market/orderbook/${base}USDT`)),
    );
    expect(x?.json.bids).not.toEqual(y?.json.bids);
  });
});
