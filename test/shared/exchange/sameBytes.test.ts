import { describe, expect, it } from "vitest";
import { createExchange, randomWalkMarket, virtualClock } from "../../../src/exchange/index.ts";
import { DIGESTS, tour } from "../../runtimes/tour.js";
import { BOTH } from "./backtests.ts";

const library = { createExchange, randomWalkMarket, virtualClock };

describe("the same seed", () => {
  it.each(BOTH)("gives the same bytes in every group of routes and every runtime (%s)", async (fidelity) => {
    const { digest, statuses, delivered } = await tour(library, fidelity);
    // A tour of rejections would prove little: only intended crashes may fail.
    expect(statuses.filter((status) => status >= 400)).toEqual(fidelity === "observed" ? [500] : []);
    expect(delivered > 0).toBe(fidelity === "declared");
    expect(digest).toBe(DIGESTS[fidelity]);
    expect((await tour(library, fidelity, 43)).digest).not.toBe(digest);
  });
});
