import { DurableObject } from "cloudflare:workers";
import { OrderDesk } from "../gateway/orderDesk.ts";
import { createSignatureMemory, type SignatureMemory } from "../gateway/signatureMemory.ts";
import type { GatewayStore, KeyedOrder, OrderAnswer } from "../gateway/index.ts";
import { systemClock, type ClientOptions } from "../transport/index.ts";
import { createGatewayTables, sqlRecords, sqlSignatures } from "./gatewayRecords.ts";

/**
 * What a gateway on Workers remembers, in Durable Objects with SQLite: one object places all orders, and one for each
 * caller remembers its signatures. Extend it, and pass its namespace to {@link gatewayObjects}.
 *
 * @example
 * ```ts
 * export class Orders extends GatewayObject<Env> {
 *   protected override upstream({ BASE_URL, API_KEY }: Env) {
 *     return { baseUrl: BASE_URL, apiKey: API_KEY };
 *   }
 * }
 * ```
 */
export abstract class GatewayObject<Env = unknown> extends DurableObject<Env> {
  #desk: OrderDesk | undefined;
  readonly #signatures: SignatureMemory;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    const { sql } = state.storage;
    createGatewayTables(sql);
    this.#signatures = createSignatureMemory(sqlSignatures(sql), systemClock);
  }

  /** The options of the gateway's `upstream`, from the Worker's environment. */
  protected abstract upstream(env: Env): ClientOptions;

  /** See `GatewayStore.remember`. */
  remember(signature: string, validUntil: number): boolean {
    return this.#signatures.remember(signature, validUntil);
  }

  /** See `GatewayStore.placeOrder`. */
  placeOrder(order: KeyedOrder): Promise<OrderAnswer> {
    this.#desk ??= new OrderDesk(this.upstream(this.env), sqlRecords(this.ctx.storage));
    return this.#desk.place(order);
  }
}

/** The part of a namespace of {@link GatewayObject}s that a gateway uses. */
export interface GatewayNamespace {
  getByName(name: string): {
    remember(signature: string, validUntil: number): Promise<boolean>;
    placeOrder(order: KeyedOrder): Promise<OrderAnswer>;
  };
}

/**
 * The store of a gateway on Workers.
 *
 * @example
 * ```ts
 * const gateway = createGateway({ ...options, store: gatewayObjects(env.ORDERS) });
 * ```
 */
export function gatewayObjects(namespace: GatewayNamespace): GatewayStore {
  return {
    remember: (caller, signature, validUntil) =>
      namespace.getByName(`caller ${caller}`).remember(signature, validUntil),
    placeOrder: (order) => namespace.getByName("orders").placeOrder(order),
  };
}
