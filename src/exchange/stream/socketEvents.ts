/** The end of a connection, with the fields of the standard's `CloseEvent`, which not every runtime has. */
export class SocketCloseEvent extends Event {
  readonly code: number;
  readonly reason: string;
  /** Whether both ends said good-bye. */
  readonly wasClean: boolean;

  constructor(code: number, reason: string, wasClean: boolean) {
    super("close");
    this.code = code;
    this.reason = reason;
    this.wasClean = wasClean;
  }
}

/** The events of a socket. */
export interface SocketEvents {
  readonly open: Event;
  readonly message: MessageEvent;
  readonly close: SocketCloseEvent;
  readonly error: Event;
}

export type SocketHandler<Name extends keyof SocketEvents> = ((event: SocketEvents[Name]) => unknown) | null;

/** How a listener is called. */
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
    return this.#handler("open");
  }
  set onopen(handler: SocketHandler<"open">) {
    this.#handle("open", handler);
  }

  get onmessage(): SocketHandler<"message"> {
    return this.#handler("message");
  }
  set onmessage(handler: SocketHandler<"message">) {
    this.#handle("message", handler);
  }

  get onclose(): SocketHandler<"close"> {
    return this.#handler("close");
  }
  set onclose(handler: SocketHandler<"close">) {
    this.#handle("close", handler);
  }

  get onerror(): SocketHandler<"error"> {
    return this.#handler("error");
  }
  set onerror(handler: SocketHandler<"error">) {
    this.#handle("error", handler);
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

  #handler<Name extends keyof SocketEvents>(name: Name): SocketHandler<Name> {
    return (this.#handlers.get(name) ?? null) as SocketHandler<Name>;
  }

  /** As the standard has it, a handler keeps the place among the listeners that the first one took. */
  #handle(name: string, handler: unknown): void {
    const known = this.#handlers.has(name);
    this.#handlers.set(name, typeof handler === "function" ? handler : null);
    if (known || targetsCallHandlers()) return;
    this.addEventListener(name, (event) => {
      const current = this.#handlers.get(name);
      if (typeof current === "function") current.call(this, event);
    });
  }
}

/** The `EventTarget` of workerd calls the `on…` property of an event's name by itself, before all listeners. */
function targetsCallHandlers(): boolean {
  let called = false;
  const onprobe = (): void => {
    called = true;
  };
  Object.assign(new EventTarget(), { onprobe }).dispatchEvent(new Event("probe"));
  return called;
}
