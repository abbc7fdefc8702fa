import type { ExchangeClock } from "../time/clock.ts";
import type { JournalWriter } from "../persistence/journal.ts";
import { resolveStreamFault, type StreamFaultKind, type StreamFaults } from "../network/streamFaults.ts";
import { STREAM_PATH } from "./path.ts";
import type { FrameSink, StreamPeer } from "./peer.ts";

/** The way from the exchange to the other end; undefined when it does not come about. `hangUp` ends the session. */
export type FrameFilter = (peer: StreamPeer, hangUp: () => void) => FrameSink | undefined;

/** A way on which nothing goes wrong. */
export const passThrough: FrameFilter = (peer) => ({
  reply: (text) => peer.send(text),
  push: (text) => peer.send(text),
  close: (code, reason) => peer.close(code, reason),
});

const SERVER_FAULT = 1011;

/** A way on which streams meet the faults that are chosen for them; writes down which. */
export function createFaultyFrameFilter(
  clock: ExchangeClock,
  journal: JournalWriter,
  faults: StreamFaults,
): FrameFilter {
  let connections = 0;

  return (peer, hangUp) => {
    const connection = connections++;
    let frame = 0;
    let stalled = false;
    let silent = false;
    let held: string | undefined;

    const meet = (kind: "upgrade" | "reply" | "data"): ReturnType<typeof resolveStreamFault> => {
      const fault = resolveStreamFault(faults, { kind, connection, frame });
      if (fault !== undefined) note(fault.kind, kind !== "upgrade");
      return fault;
    };
    // The address holds the key.
    const note = (fault: StreamFaultKind, executed: boolean): void =>
      journal.add({
        kind: "fault",
        time: clock.now(),
        fault,
        method: "GET",
        path: STREAM_PATH,
        index: connection,
        executed,
      });

    /** How many times a frame goes out after all. */
    function copiesOf(kind: "reply" | "data", text: string): number {
      const fault = meet(kind);
      frame++;
      switch (fault?.kind) {
        case "close":
          hangUp();
          peer.close(fault.code ?? SERVER_FAULT, "");
          return 0;
        case "cut":
          hangUp();
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
          if (held !== undefined) return 1;
          held = text;
          return 0;
        default:
          return 1;
      }
    }

    const upgrade = meet("upgrade");
    if (upgrade?.kind === "unreachable") peer.drop();
    if (upgrade !== undefined) return undefined;
    return {
      reply(text) {
        if (!stalled && copiesOf("reply", text) > 0) peer.send(text);
      },
      push(text) {
        if (stalled || silent) return;
        const copies = copiesOf("data", text);
        for (let copy = 0; copy < copies; copy++) peer.send(text);
        if (copies === 0 || held === undefined) return;
        peer.send(held);
        held = undefined;
      },
      close(code, reason) {
        if (!stalled) peer.close(code, reason);
      },
    };
  };
}
