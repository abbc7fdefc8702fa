/** An error as the platform writes it, for requests that never reach an exchange. */
export function errorResponse(status: number, code: string, message: string): Response {
  return Response.json({ error: { code, message } }, { status, headers: { "access-control-allow-origin": "*" } });
}
