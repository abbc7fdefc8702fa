/** Cron expressions of the runs so far. */
export const runs: string[] = [];

export default {
  async fetch(_request, env) {
    const { status } = await fetch(`${env.SERVER_URL}/fault/empty-500`);
    return Response.json({ status });
  },
  async scheduled(controller) {
    runs.push(controller.cron);
  },
} satisfies ExportedHandler<Cloudflare.Env>;
