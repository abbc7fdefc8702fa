interface Page {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
  readonly document?: { readonly visibilityState?: string };
}

/** Tells when a page is seen or connected again; gives back what ends it. */
export function onWake(listener: () => void): () => void {
  const page = globalThis as Page;
  const seen = (): void => {
    if (page.document?.visibilityState === "visible") listener();
  };
  page.addEventListener?.("online", listener);
  page.addEventListener?.("visibilitychange", seen);
  return () => {
    page.removeEventListener?.("online", listener);
    page.removeEventListener?.("visibilitychange", seen);
  };
}
