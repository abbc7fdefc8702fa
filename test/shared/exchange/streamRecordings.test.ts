// The recorded conversations, exact to the byte, at the recorded times.
import { describe, expect, it } from "vitest";
import { conversations, type Conversation } from "../../fixtures/stream.ts";
import type { Fidelity } from "../../../src/exchange/index.ts";
import { beforehand, isTick, seenOf } from "./streamRecorded.ts";
import { connectStream } from "./streamTalk.ts";

const MINUTE = 60_000;

/** Repeats the client's actions at their times; trades arrive when the exchange sends them. */
async function replayConversation(conversation: Conversation, fidelity: Fidelity): Promise<readonly string[]> {
  const { exchange, key } = await beforehand(conversation, fidelity);
  const client = connectStream(exchange, key);
  const seen: string[] = [];
  const pass = async (ms: number): Promise<void> => {
    await exchange.advance(ms);
    seen.push(...client.takeEvents());
  };
  let now = 0;
  for (const event of conversation.events) {
    for (; isTick(event) && !seen.includes(event.data) && now < MINUTE; now += 100) await pass(100);
    await pass(Math.max(0, event.t_ms - now));
    now = Math.max(now, event.t_ms);
    if (event.event === "send") client.send(event.data);
    if (event.event === "send_binary") client.socket.send(new TextEncoder().encode('{"action":"pong"}'));
    if (event.event === "close" && event.code === 1005) client.socket.close();
    await pass(0);
  }
  return seen;
}

describe.each(conversations)("the conversation $name", (conversation) => {
  it.each(["observed", "declared"] as const)(
    "matches the recording, or the intended behaviour: %s",
    async (fidelity) => {
      expect(await replayConversation(conversation, fidelity)).toEqual(
        conversation.events.flatMap((event) => seenOf(event, conversation, fidelity)),
      );
    },
  );
});
