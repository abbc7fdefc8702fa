// Who may reach the MCP server over HTTP.
import { expect, test } from "vitest";
import { createAdmission } from "../../src/mcp/admission.ts";

const token = "0123456789abcdef0123456789abcdef";
const admit = createAdmission({ token, hosts: ["mcp.example", "[::1]"], origins: ["https://app.example"] });

/** The status of the answer; 0 if the request is admitted. */
async function statusOf(url: string, headers: Record<string, string> = {}, method = "POST"): Promise<number> {
  return (await admit(new Request(url, { method, headers })))?.status ?? 0;
}
const bearer = { authorization: `Bearer ${token}` };

test("needs the token", async () => {
  const url = "https://mcp.example/mcp";
  expect(await statusOf(url, bearer)).toBe(0);
  expect(await statusOf(url, { authorization: `bearer  ${token} ` })).toBe(0);
  for (const authorization of [
    "",
    token,
    `Basic ${token}`,
    "Bearer",
    "Bearer ",
    `Bearer ${token}0`,
    `Bearer ${token.slice(1)}`,
    `Bearer ${token} ${token}`,
    `Bearer ${token.toUpperCase()}`,
  ])
    expect([authorization, await statusOf(url, { authorization })]).toEqual([authorization, 401]);
  const refused = await admit(new Request(url, { method: "POST", headers: { authorization: "Bearer wrong-secret" } }));
  expect(refused?.headers.get("www-authenticate")).toBe('Bearer realm="agentexchange", error="invalid_token"');
  expect(await refused?.text()).not.toMatch(/wrong-secret|0123456789/);
});

test("needs an allowed host, whatever the port", async () => {
  expect(await statusOf("http://mcp.example:8787/mcp", bearer)).toBe(0);
  expect(await statusOf("http://MCP.example./mcp", bearer)).toBe(0);
  expect(await statusOf("http://[::1]:8787/mcp", bearer)).toBe(0);
  for (const host of ["evil.example", "mcp.example.evil.example", "127.0.0.1", "localhost", "xmcp.example"])
    expect([host, await statusOf(`http://${host}/mcp`, bearer)]).toEqual([host, 403]);
});

test("needs an allowed origin, if there is one", async () => {
  const url = "https://mcp.example/mcp";
  expect(await statusOf(url, { ...bearer, origin: "https://app.example" })).toBe(0);
  for (const origin of ["null", "https://evil.example", "http://app.example", "https://app.example:8443", "x"])
    expect([origin, await statusOf(url, { ...bearer, origin })]).toEqual([origin, 403]);
});

test("takes only POST, but answers pre-flights of allowed pages", async () => {
  const url = "https://mcp.example/mcp";
  for (const method of ["GET", "DELETE", "PUT"])
    expect([method, await statusOf(url, bearer, method)]).toEqual([method, 405]);
  const preflight = (origin: string): Request =>
    new Request(url, { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } });
  const allowed = await admit(preflight("https://app.example"));
  expect(allowed?.status).toBe(204);
  expect(allowed?.headers.get("access-control-allow-origin")).toBe("https://app.example");
  expect((await admit(preflight("https://evil.example")))?.status).toBe(403);
});

test("refuses options that would never match", () => {
  for (const wrong of ["secret", "", `${token} ${token}`, `${token}\u00e4`])
    expect(() => createAdmission({ token: wrong })).toThrow("at least 32 characters");
  for (const host of ["mcp.example:8787", "https://mcp.example", "mcp.example/", "::1", "", "a b"])
    expect(() => createAdmission({ token, hosts: [host] })).toThrow("is not a host name");
  for (const origin of ["app.example", "https://app.example/", "https://app.example/x", "*", "null"])
    expect(() => createAdmission({ token, origins: [origin] })).toThrow("is not an origin");
});

test("a page may have a port, and an extension its own scheme", async () => {
  const origins = ["HTTP://LocalHost:5173", "moz-extension://abc"];
  const open = createAdmission({ token, hosts: ["mcp.example"], origins });
  const status = async (origin: string): Promise<number> =>
    (await open(new Request("https://mcp.example/", { method: "POST", headers: { ...bearer, origin } })))?.status ?? 0;
  expect(await status("http://localhost:5173")).toBe(0);
  expect(await status("moz-extension://abc")).toBe(0);
  expect(await status("http://localhost:5174")).toBe(403);
  expect(await status("moz-extension://abd")).toBe(403);
});

test("by default, only this machine's names are allowed", async () => {
  const local = createAdmission({ token });
  const status = async (url: string): Promise<number> =>
    (await local(new Request(url, { method: "POST", headers: bearer })))?.status ?? 0;
  for (const host of ["localhost", "127.0.0.1:8787", "[::1]"]) expect(await status(`http://${host}/`)).toBe(0);
  expect(await status("http://mcp.example/")).toBe(403);
});
