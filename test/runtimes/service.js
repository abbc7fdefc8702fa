// Serves the documented service on a free port and prints the port; Bun and Deno use their built-in servers.
const { default: app } = await import(new URL("../../examples/service.ts", import.meta.url));

if ("Bun" in globalThis) console.log(Bun.serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }).port);
else if ("Deno" in globalThis) {
  const onListen = ({ port }) => console.log(port);
  Deno.serve({ port: 0, hostname: "127.0.0.1", onListen }, app.fetch);
} else {
  const { serve } = await import("srvx/node");
  const server = await serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1", silent: true }).ready();
  console.log(new URL(server.url).port);
}
