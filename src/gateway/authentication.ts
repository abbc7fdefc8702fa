import { createSigner, equalInConstantTime } from "../signing/index.ts";
import { held, randomUuid, type Clock } from "../transport/index.ts";
import { GatewayRejection, malformed } from "./rejection.ts";
import type { Tokens } from "./tokens.ts";
import type { Caller, GatewayOptions, GatewayStore } from "./types.ts";

/** Milliseconds before and after its timestamp in which a signature is valid. */
const WINDOW = 30_000;
/** As a client's `apiSecret` must be. */
const SECRET = /^[!-~]{32,}$/;

/** Ids are part of records, tokens and object names. */
const CALLER_ID = /^[\w.@:-]{1,128}$/;

/** A caller who has proved who it is. */
export interface KnownCaller {
  readonly id: string;
  readonly caller: Caller;
  /** Unix milliseconds until which the proof is valid; undefined for a signature, which is valid for one request. */
  readonly until: number | undefined;
}

/** How callers prove who they are. */
export interface Authentication {
  /**
   * The caller of a request; undefined for a request without credentials.
   *
   * @throws GatewayRejection if the credentials are wrong
   */
  authenticate(request: Request, target: string, body: string): Promise<KnownCaller | undefined>;
  /** The caller with an id. @throws GatewayRejection if there is none any more */
  find(id: string): Promise<Caller>;
}

export function createAuthentication(
  { callers }: Pick<GatewayOptions, "callers">,
  store: GatewayStore,
  tokens: Tokens,
  clock: Clock,
): Authentication {
  const now = (): number => clock.now();
  const signers = createSigners();
  /** Verifies a signature of nobody, so that an unknown caller takes as long as a known one. */
  const unknownSecret = randomUuid() + randomUuid();

  async function lookUp(id: string): Promise<Caller | undefined> {
    const caller = CALLER_ID.test(id) ? await callers(id) : undefined;
    const { secret } = caller ?? {};
    if (secret !== undefined && !SECRET.test(secret))
      throw new TypeError("The secret of a caller must have at least 32 visible ASCII characters.");
    return caller ?? undefined;
  }

  async function verifySignature(request: Request, id: string, target: string, body: string): Promise<KnownCaller> {
    const { headers, method } = request;
    const timestamp = headers.get("x-timestamp") ?? "";
    const signature = (headers.get("x-signature") ?? "").toLowerCase();
    const caller = await lookUp(id);
    if (!/^\d{1,15}$/.test(timestamp) || headers.get("x-nonce") === null)
      throw wrongSignature(now(), "X-Timestamp, X-Nonce and X-Signature are required.");
    const difference = Math.abs(now() - Number(timestamp));
    const sign = signers(caller?.secret ?? unknownSecret);
    const expected = await held(clock, sign({ method, target, body }, { timestamp: Number(timestamp), nonce: "-" }));
    // The text that is signed contains the timestamp as it was sent.
    const isRight = equalInConstantTime(expected["X-Signature"], signature) && String(Number(timestamp)) === timestamp;
    if (!isRight || caller?.secret === undefined) throw wrongSignature(now(), "The signature is wrong.");
    if (difference > WINDOW)
      throw wrongSignature(now(), "The timestamp is more than 30 s away from this server's time.");
    if (!(await store.remember(id, signature, Number(timestamp) + WINDOW)))
      throw wrongSignature(now(), "This signature has been used.");
    return { id, caller, until: undefined };
  }

  return {
    async authenticate(request, target, body) {
      const { headers } = request;
      const id = headers.get("x-api-key");
      const authorization = headers.get("authorization");
      if (id !== null && authorization !== null) throw malformed("Send either X-API-Key or Authorization, not both.");
      if (id !== null) return verifySignature(request, id, target, body);
      if (authorization === null) return undefined;
      const bearer = /^Bearer ([\w.-]{1,2048})$/.exec(authorization)?.[1] ?? "";
      const claims = await tokens.verify(bearer);
      const caller = claims && (await lookUp(claims.caller));
      if (claims === undefined || caller === undefined)
        throw new GatewayRejection(401, "INVALID_TOKEN", "The token is wrong or has expired.");
      return { id: claims.caller, caller, until: claims.until };
    },
    async find(id) {
      const caller = await lookUp(id);
      if (caller === undefined) throw new GatewayRejection(401, "INVALID_TOKEN", "This caller is not known.");
      return caller;
    },
  };
}

/** The date lets a signer whose clock is wrong correct it. */
function wrongSignature(now: number, message: string): GatewayRejection {
  return new GatewayRejection(401, "INVALID_SIGNATURE", message, { date: new Date(now).toUTCString() });
}

type Signer = ReturnType<typeof createSigner>;

/** Secrets whose keys are kept imported. */
const MAX_SIGNERS = 1000;

function createSigners(): (secret: string) => Signer {
  const signers = new Map<string, Signer>();
  return (secret) => {
    const signer = signers.get(secret) ?? createSigner(secret);
    signers.delete(secret);
    signers.set(secret, signer);
    const [oldest] = signers.keys();
    if (signers.size > MAX_SIGNERS && oldest !== undefined) signers.delete(oldest);
    return signer;
  };
}
