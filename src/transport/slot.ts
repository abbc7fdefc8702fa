/** Permission to send one request now. */
export interface Slot {
  /** Reports that the request has ended, with the rate-limit headers of its response. */
  settle(headers?: LimitHeaders): void;
  /** Reports that no request was sent. */
  giveBack(): void;
  /** Reports that the platform rejected the request: nothing of this tier is sent for this long. */
  pause(milliseconds: number): void;
}

/** The numbers of the headers `X-RateLimit-*`. */
export interface LimitHeaders {
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  readonly resetSeconds: number | undefined;
}
