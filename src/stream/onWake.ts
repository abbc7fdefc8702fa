interface Page {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
  readonly document?: { readonly visibilityState?: string };
}

/** Calls the listener when the page becomes visible or is online again; returns an unsubscribe function. */
export function onWake(listener: () => void): () => void {
  const page = globalThis as Page;
  const onVisibilityChange = (): void => {
    if (page.document?.visibilityState === "visible") listener();
  };
  page.addEventListener?.("online", listener);
  page.addEventListener?.("visibilitychange", onVisibilityChange);
  return () => {
    page.removeEventListener?.("online", listener);
    page.removeEventListener?.("visibilitychange", onVisibilityChange);
  };
}
