/** Passes a value on in a task of its own: work of several parts does not add up to one that holds up input and frames. */
export function ownTask<T>(value: T): Promise<T> {
  return new Promise((resolve) => {
    // Not a timer, which waits longer and longer when timers are nested.
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      resolve(value);
    });
    port1.start();
    port2.postMessage(null);
  });
}
