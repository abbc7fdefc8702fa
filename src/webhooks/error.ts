import { AgentExchangeError } from "../errors/index.ts";

/** Why a delivery was rejected. */
export type WebhookProblem =
  /** Not signed, or not in a form that one of the secrets is for. */
  | "unsigned"
  /** The signature does not match: another secret, or another body. */
  | "wrong-signature"
  /** Signed too long ago, or in the future. */
  | "expired"
  /** More bytes than `maxBytes`. */
  | "too-large"
  /** The connection ended before the body did. */
  | "incomplete"
  /** The signature is right, but the body is not a JSON object in UTF-8, or the event's name contradicts it. */
  | "malformed";

const ANSWERS: Readonly<Record<WebhookProblem, 400 | 401 | 413>> = {
  unsigned: 401,
  "wrong-signature": 401,
  expired: 401,
  "too-large": 413,
  incomplete: 400,
  malformed: 400,
};

const MESSAGES: Readonly<Record<WebhookProblem, string>> = {
  unsigned: "The request has no usable webhook signature.",
  "wrong-signature": "The webhook's signature does not match.",
  expired: "The webhook's timestamp is too far from the current time.",
  "too-large": "The webhook's body is too large.",
  incomplete: "The webhook's body could not be read to its end.",
  malformed: "The webhook is signed, but its body is not an event.",
};

/**
 * A delivery that {@link verifyWebhook} rejects. The message is for your log. Answer with `responseStatus` and no body:
 * a sender without the secret has no use for the reason.
 *
 * @example
 * ```ts
 * async function receive(request: Request): Promise<Response> {
 *   try {
 *     const event = await verifyWebhook(request, "the webhook's secret");
 *     console.log(event.type);
 *     return new Response(null, { status: 204 });
 *   } catch (error) {
 *     if (!(error instanceof WebhookError)) throw error;
 *     return new Response(null, { status: error.responseStatus });
 *   }
 * }
 * console.log((await receive(new Request("https://hooks.example.com/", { method: "POST" }))).status); // 401
 * ```
 */
export class WebhookError extends AgentExchangeError {
  override readonly name = "WebhookError";
  readonly problem: WebhookProblem;
  /** The HTTP status to respond with. */
  readonly responseStatus: 400 | 401 | 413;

  constructor(problem: WebhookProblem, cause?: unknown) {
    super(MESSAGES[problem], { code: "INVALID_WEBHOOK", cause });
    this.problem = problem;
    this.responseStatus = ANSWERS[problem];
  }
}
