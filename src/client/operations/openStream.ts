import { AgentExchangeStream, createStreamContext } from "../../stream/index.ts";
import { closedError } from "../../transport/index.ts";
import { partsOf, type Client } from "../createClient.ts";
import { trackOrders } from "../requestAboutOrders.ts";

/** The operation of `client.openStream()`. The stream is also closed when the client is closed. */
export function openStream(client: Client): AgentExchangeStream {
  const { transport, streams } = partsOf(client);
  if (transport.session.isClosed) throw closedError("openStream");
  trackOrders(client);
  const context = createStreamContext(transport);
  const stream: AgentExchangeStream = AgentExchangeStream.open(context, () => streams.delete(stream));
  streams.add(stream);
  return stream;
}
