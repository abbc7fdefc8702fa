// Tabs without Web Locks: channels between the threads of Node.
import { budgetChannel } from "agentexchange";
import { testChannels } from "../support/channelSuite.ts";

testChannels("messages only", (name, clock) => {
  const channel = new BroadcastChannel(name);
  const budget = budgetChannel(channel, { clock, locks: null });
  return {
    budget: { lease: (request) => budget.lease(request), close: () => (budget.close(), channel.close()) },
    die: () => channel.close(),
  };
});
