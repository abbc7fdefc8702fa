// The service worker, which keeps the page whole without a network, and newer versions of the page.
import { effect, signal } from "@preact/signals";
import { isVisible } from "./poll.ts";

/** Defined by the build only, which adds the worker. */
declare const __HAS_WORKER__: true | undefined;

/** Whether a newer version of the page is ready: the next load shows it. */
export const isOutdated = signal(false);

/** Keeps the page for later; returns a function that stops following newer versions. Does nothing in development. */
export function followVersions(): () => void {
  if (typeof __HAS_WORKER__ === "undefined") return () => {};
  // There is none on an insecure page.
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (workers === undefined) return () => {};
  let isControlled = workers.controller !== null;
  const change = (): void => {
    if (isControlled) isOutdated.value = true;
    isControlled = true;
  };
  workers.addEventListener("controllerchange", change);
  let stopAsking: (() => void) | undefined;
  // The browser may forbid it; the page then needs the network.
  const register = (): void =>
    void workers
      .register(new URL("service-worker.js", document.baseURI), { updateViaCache: "none" })
      .then((registration) => {
        stopAsking = effect(() => {
          if (isVisible.value) registration.update().catch(() => {});
        });
      })
      .catch(() => {});
  // Not before the page itself has loaded.
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
  return () => {
    workers.removeEventListener("controllerchange", change);
    removeEventListener("load", register);
    stopAsking?.();
  };
}
