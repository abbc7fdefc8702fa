import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { invalid } from "../../endpoints/index.ts";
import { randomUuid } from "../../transport/index.ts";
import { canonicalJson } from "../journal/canonicalJson.ts";
import type { JsonObject } from "../json.ts";
import type { ApprovalRequest } from "../types.ts";

/** Makes and checks approvals. The key that signs them is never written anywhere. */
export interface Approvals {
  request(tool: string, input: JsonObject, value: string, summary: string, resumes: number): ApprovalRequest;
  /** @throws ValidationError if the request is not one of this toolbox, was changed, or has expired */
  approve(request: ApprovalRequest): string;
  /** The nonce of an approval for this tool and input; undefined if it is not one, or has expired. */
  check(approval: unknown, tool: string, input: JsonObject): string | undefined;
  /** Whether a request has not expired. */
  isValid(request: { readonly expiresAt: string }): boolean;
}

export function createApprovals(key: Uint8Array, toolbox: string, now: () => number, validFor: number): Approvals {
  const sign = (...parts: readonly string[]): string =>
    base64Url(hmac(sha256, key, utf8ToBytes(canonicalJson([toolbox, ...parts]))));

  // If the clock has been set back, a request can seem to be valid for longer than it ever was.
  const isInTime = (expiresAt: number): boolean => now() < expiresAt && expiresAt - now() <= validFor;

  const signRequest = (
    nonce: string,
    { tool, input, value, summary, expiresAt }: Omit<ApprovalRequest, "id">,
  ): string => sign("request", nonce, tool, canonicalJson(input), value, summary, expiresAt);
  const signApproval = (nonce: string, expiresAt: number, tool: string, input: JsonObject): string =>
    sign("approval", nonce, String(expiresAt), tool, canonicalJson(input));

  return {
    request(tool, input, value, summary, resumes) {
      const nonce = `${randomUuid()}-${resumes}`;
      // A copy: the caller can change the request that it gets, but not the order.
      const request = {
        tool,
        input: { ...input },
        summary,
        value,
        expiresAt: new Date(now() + validFor).toISOString(),
      };
      return { id: `${nonce}.${signRequest(nonce, request)}`, ...request };
    },
    approve(request) {
      const reject = (message: string): never => {
        throw invalid("approve", [{ field: "request", message }]);
      };
      if (typeof request?.id !== "string") return reject("must be an ApprovalRequest of this toolbox");
      const [nonce = "", signature = ""] = request.id.split(".");
      if (
        !isSame(
          signature,
          signatureOf(() => signRequest(nonce, request)),
        )
      )
        return reject("was not made by this toolbox, or was changed");
      const expiresAt = Date.parse(request.expiresAt);
      if (!isInTime(expiresAt)) return reject("has expired; call the tool again for a new one");
      return `${nonce}.${expiresAt}.${signApproval(nonce, expiresAt, request.tool, request.input)}`;
    },
    check(approval, tool, input) {
      if (typeof approval !== "string" || approval.length > 500) return undefined;
      const [nonce = "", expiresAt = "", signature = ""] = approval.split(".");
      const isSigned = isSame(signature, signApproval(nonce, Number(expiresAt), tool, input));
      return isSigned && isInTime(Number(expiresAt)) ? nonce : undefined;
    },
    isValid: ({ expiresAt }) => isInTime(Date.parse(expiresAt)),
  };
}

/** Whether a nonce was made since the toolbox was last resumed: a halt ends all requests and approvals before it. */
export function isSinceHalt(nonce: string, { resumes }: { readonly resumes: number }): boolean {
  return nonce.endsWith(`-${resumes}`);
}

/** Undefined for values that cannot be signed, such as a request with a function in its input. */
function signatureOf(sign: () => string): string {
  try {
    return sign();
  } catch {
    return "";
  }
}

/** Takes the same time wherever two signatures differ. */
function isSame(one: string, other: string): boolean {
  if (one.length !== other.length || one === "") return false;
  let difference = 0;
  for (let index = 0; index < one.length; index++) difference |= one.charCodeAt(index) ^ other.charCodeAt(index);
  return difference === 0;
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
