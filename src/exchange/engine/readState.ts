import { createNodeReader, decode, type Pages } from "../collections/codec.ts";
import { copyValue } from "../collections/copyValue.ts";
import type { NodeReader } from "../collections/treeNode.ts";
import { TRADE_MEASURE } from "./history/tradeSummary.ts";
import type { SavedState } from "./savedState.ts";

const MEASURES = [TRADE_MEASURE];

/** Reads a state that was written by `encode`. */
export function readState(text: string, reader: NodeReader): SavedState {
  return decode(JSON.parse(text), { reader, measures: MEASURES, copy: copyValue }) as SavedState;
}

/** Reads the nodes of states. */
export function createStateReader(pages: Pages, replaced: NodeReader["replaced"]): NodeReader {
  return createNodeReader(pages, MEASURES, copyValue, replaced);
}
