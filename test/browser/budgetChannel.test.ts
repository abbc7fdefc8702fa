// Tabs of an origin: each frame has channels and locks of its own, and takes them with it.
import { budgetChannel, type LockManagerLike } from "agentexchange";
import { testChannels } from "../support/channelSuite.ts";

interface Frame {
  readonly BroadcastChannel: typeof BroadcastChannel;
  readonly navigator: { readonly locks: LockManagerLike };
}

for (const [how, withLocks] of [
  ["Web Locks", true],
  ["messages only", false],
] as const)
  testChannels(how, (name, clock) => {
    const frame = document.createElement("iframe");
    document.body.append(frame);
    const { BroadcastChannel: Channel, navigator } = frame.contentWindow as unknown as Frame;
    const budget = budgetChannel(new Channel(name), { clock, locks: withLocks ? navigator.locks : null });
    return { budget, die: () => frame.remove() };
  });
