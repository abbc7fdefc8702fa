import { AgentExchangeStream, createStreamContext } from "../stream/index.ts";
import { closedError, type Transport } from "../transport/index.ts";

/** Opens a stream and keeps it in `open` until it is closed, so that closing the client closes it, too. */
export function openStream(transport: Transport, open: Set<AgentExchangeStream>): AgentExchangeStream {
  if (transport.session.isClosed) throw closedError("openStream");
  const context = createStreamContext(transport);
  const stream: AgentExchangeStream = AgentExchangeStream.open(context, () => open.delete(stream));
  open.add(stream);
  return stream;
}

/** Closes a client's streams, then its transport. */
export async function closeAll(transport: Transport, open: ReadonlySet<AgentExchangeStream>): Promise<void> {
  for (const stream of open) await stream.close();
  transport.close();
}
