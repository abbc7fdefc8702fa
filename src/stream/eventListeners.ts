import { invalid } from "../endpoints/index.ts";
import type { StreamEvents } from "./events.ts";
import { runContained, type StreamHandler } from "./handler.ts";

type Listeners = { readonly [Name in keyof StreamEvents]: Set<StreamHandler<StreamEvents[Name]>> };

/** The listeners of a stream's events. */
export class EventListeners {
  readonly #listeners: Listeners = { state: new Set(), gap: new Set(), error: new Set() };

  /** Returns an unsubscribe function. */
  add<Name extends keyof StreamEvents>(name: Name, listener: StreamHandler<StreamEvents[Name]>): () => void {
    if (!Object.hasOwn(this.#listeners, name))
      throw invalid("on", [{ field: "name", message: "must be state, gap or error" }]);
    const listeners = this.#listeners[name];
    // Wrapped, so that one listener can be added twice.
    const own: StreamHandler<StreamEvents[Name]> = (event) => listener(event);
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  /** Deferred until the current work is done, since listeners may do anything, such as closing the stream. */
  emit<Name extends keyof StreamEvents>(name: Name, event: StreamEvents[Name]): void {
    const listeners = this.#listeners[name];
    // Errors of error listeners are ignored.
    const report = (error: unknown): void => (name === "error" ? undefined : this.emit("error", error));
    void Promise.resolve().then(() => {
      for (const listener of listeners) runContained(() => listener(event), report);
    });
  }
}
