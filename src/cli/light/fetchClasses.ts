// What the client uses of three standard classes. In Node the first use of any of them loads undici, which takes half as long
// as everything else of a short command; `scripts/bundle-cli.ts` gives these to the modules of `nodeFetch` instead.

/** Names and values of a response; names in any case. */
export class Headers {
  readonly #values = new Map<string, string>();

  append(name: string, value: string): void {
    const key = name.toLowerCase();
    const before = this.#values.get(key);
    this.#values.set(key, before === undefined ? value : `${before}, ${value}`);
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.#values.entries();
  }
}

interface ResponseFields {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
}

/** A response whose body `nodeFetch` reads itself. */
export class Response {
  readonly body: ReadableStream<Uint8Array> | null;
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;

  constructor(body: ReadableStream<Uint8Array> | null, { status, statusText, headers }: ResponseFields) {
    // As the standard class.
    if (status < 200 || status > 599) throw new RangeError(`Invalid status: ${status}`);
    this.body = body;
    this.status = status;
    this.statusText = statusText;
    this.headers = headers;
  }

  get ok(): boolean {
    return this.status < 300;
  }

  get bodyUsed(): boolean {
    return this.body?.locked === true;
  }

  async text(): Promise<string> {
    const decoder = new TextDecoder();
    let text = "";
    if (this.body !== null) for await (const chunk of this.body) text += decoder.decode(chunk, { stream: true });
    return text + decoder.decode();
  }
}

/** Only tells that requests have the option `cache`, as those of Node, Deno and Bun have. */
export class Request {
  get cache(): string {
    return "default";
  }
}
