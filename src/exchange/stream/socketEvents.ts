/** The standard's `CloseEvent`, which not every runtime has. */
export class SocketCloseEvent extends Event {
  readonly code: number;
  readonly reason: string;
  /** Whether both ends sent a close frame. */
  readonly wasClean: boolean;

  constructor(code: number, reason: string, wasClean: boolean) {
    super("close");
    this.code = code;
    this.reason = reason;
    this.wasClean = wasClean;
  }
}

/** The events of a socket, by name. */
export interface SocketEvents {
  readonly open: Event;
  readonly message: MessageEvent;
  readonly close: SocketCloseEvent;
  readonly error: Event;
}

export type SocketHandler<Name extends keyof SocketEvents> = ((event: SocketEvents[Name]) => unknown) | null;

/** Options of `addEventListener`. */
export interface SocketListenerOptions {
  readonly once?: boolean;
  readonly passive?: boolean;
  readonly capture?: boolean;
  readonly signal?: AbortSignal;
}

/** An event target with the `on…` properties of sockets. */
export class SocketTarget extends EventTarget {
  readonly #handlers = new Map<string, unknown>();

  get onopen(): SocketHandler<"open"> {
    return this.#getHandler("open");
  }
  set onopen(handler: SocketHandler<"open">) {
    this.#setHandler("open", handler);
  }

  get onmessage(): SocketHandler<"message"> {
    return this.#getHandler("message");
  }
  set onmessage(handler: SocketHandler<"message">) {
    this.#setHandler("message", handler);
  }

  get onclose(): SocketHandler<"close"> {
    return this.#getHandler("close");
  }
  set onclose(handler: SocketHandler<"close">) {
    this.#setHandler("close", handler);
  }

  get onerror(): SocketHandler<"error"> {
    return this.#getHandler("error");
  }
  set onerror(handler: SocketHandler<"error">) {
    this.#setHandler("error", handler);
  }

  override addEventListener<Name extends keyof SocketEvents>(
    name: Name,
    listener: (event: SocketEvents[Name]) => unknown,
    options?: SocketListenerOptions,
  ): void;
  override addEventListener(...parameters: Parameters<EventTarget["addEventListener"]>): void;
  override addEventListener(...parameters: Parameters<EventTarget["addEventListener"]>): void {
    super.addEventListener(...parameters);
  }

  #getHandler<Name extends keyof SocketEvents>(name: Name): SocketHandler<Name> {
    return (this.#handlers.get(name) ?? null) as SocketHandler<Name>;
  }

  /** As in the standard, a replaced handler keeps its position among the listeners. */
  #setHandler(name: string, handler: unknown): void {
    const known = this.#handlers.has(name);
    this.#handlers.set(name, typeof handler === "function" ? handler : null);
    if (known || callsHandlerProperties()) return;
    this.addEventListener(name, (event) => {
      const current = this.#handlers.get(name);
      if (typeof current === "function") current.call(this, event);
    });
  }
}

/** Whether `EventTarget` itself calls `on…` properties, as workerd does before all listeners. */
function callsHandlerProperties(): boolean {
  let called = false;
  const onprobe = (): void => {
    called = true;
  };
  Object.assign(new EventTarget(), { onprobe }).dispatchEvent(new Event("probe"));
  return called;
}
