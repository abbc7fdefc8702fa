export {
  createSigner,
  signRequest,
  verifyRequest,
  type SignableRequest,
  type SignatureHeaders,
  type SignOptions,
  type VerifyOptions,
} from "./request.ts";
export { createDigests, equalInConstantTime, hex, portableDigests, type Digests } from "./hmac.ts";
