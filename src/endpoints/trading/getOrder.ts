import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { order, type Order } from "./order.ts";

export const getOrder: Endpoint<{ orderId: string }, Order> = endpoint({
  name: "getOrder",
  method: "GET",
  path: "/trade/order/{orderId}",
  input: input({ orderId: uuid }),
  output: order,
  access: "account",
  tier: "orders",
  evidence: ({ orderId }) => ({ orderIds: [orderId] }),
});
