import { resolveStreamFault, type StreamFaultDetails, type StreamFaults } from "../network/streamFaults.ts";
import type { JournalWriter } from "../persistence/journal.ts";
import type { ExchangeClock } from "../time/clock.ts";
import { STREAM_PATH } from "./path.ts";
import type { FrameSink, StreamPeer } from "./peer.ts";

/**
 * Decides which of a session's frames reach the peer. Returns undefined if the upgrade is rejected. `endSession` tells
 * the exchange that the connection is gone.
 */
export type FrameFilter = (peer: StreamPeer, endSession: () => void) => FrameSink | undefined;

/** Sends every frame once. */
export const passThrough: FrameFilter = (peer) => ({
  reply: (text) => peer.send(text),
  push: (text) => peer.send(text),
  close: (code, reason) => peer.close(code, reason),
});

const INTERNAL_ERROR = 1011;

/** Injects the chosen faults into streams and records them in the journal. */
export function createFaultyFrameFilter(
  clock: ExchangeClock,
  journal: JournalWriter,
  faults: StreamFaults,
): FrameFilter {
  let connections = 0;

  return (peer, endSession) => {
    const connection = connections++;
    let frame = 0;
    let stalled = false;
    let silent = false;
    // A reordered message, sent after the next one.
    let delayed: string | undefined;

    function nextFault(kind: "upgrade" | "reply" | "data"): StreamFaultDetails | undefined {
      const fault = resolveStreamFault(faults, { kind, connection, frame });
      if (fault === undefined) return undefined;
      journal.add({
        kind: "fault",
        time: clock.now(),
        fault: fault.kind,
        method: "GET",
        // Without the query, which contains the API key.
        path: STREAM_PATH,
        index: connection,
        executed: kind !== "upgrade",
      });
      return fault;
    }

    /** Applies the next fault to a frame; returns the number of copies to send now. */
    function applyFault(kind: "reply" | "data", text: string): number {
      const fault = nextFault(kind);
      frame++;
      switch (fault?.kind) {
        case "close":
          endSession();
          peer.close(fault.code ?? INTERNAL_ERROR, "");
          return 0;
        case "cut":
          endSession();
          peer.drop();
          return 0;
        case "half-open":
          stalled = true;
          peer.stall();
          return 0;
        case "silent":
          silent = true;
          return kind === "data" ? 0 : 1;
        case "drop":
          return 0;
        case "duplicate":
          return 2;
        case "reorder":
          if (delayed !== undefined) return 1;
          delayed = text;
          return 0;
        default:
          return 1;
      }
    }

    const upgradeFault = nextFault("upgrade");
    if (upgradeFault?.kind === "unreachable") peer.drop();
    if (upgradeFault !== undefined) return undefined;
    return {
      reply(text) {
        if (!stalled && applyFault("reply", text) > 0) peer.send(text);
      },
      push(text) {
        if (stalled || silent) return;
        const copies = applyFault("data", text);
        for (let copy = 0; copy < copies; copy++) peer.send(text);
        if (copies === 0 || delayed === undefined) return;
        peer.send(delayed);
        delayed = undefined;
      },
      close(code, reason) {
        if (!stalled) peer.close(code, reason);
      },
    };
  };
}
