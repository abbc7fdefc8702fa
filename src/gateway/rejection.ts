/** A request that the gateway answers itself, in the platform's form of an error. */
export class GatewayRejection extends Error {
  override readonly name = "GatewayRejection";
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** An error as the platform writes it. */
export function errorBody(code: string, message: string, details?: object): string {
  return JSON.stringify({ error: details === undefined ? { code, message } : { code, message, details } });
}

export function malformed(message: string): GatewayRejection {
  return new GatewayRejection(400, "VALIDATION_ERROR", message);
}

export function denied(message: string): GatewayRejection {
  return new GatewayRejection(403, "PERMISSION_DENIED", message);
}
