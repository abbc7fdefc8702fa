import { missingRoute, type Method, type Route } from "../route.ts";

// Answered with 501 rather than 404, so that they do not look like misspelt paths.
const MISSING: Readonly<Record<string, readonly Method[]>> = {
  "/waitlist/subscribe": ["POST"],
  "/battles": ["GET", "POST"],
  "/battles/presets": ["GET"],
  "/battles/{battle_id}": ["GET", "PUT", "DELETE"],
  "/battles/{battle_id}/participants": ["POST"],
  "/battles/{battle_id}/participants/{agent_id}": ["DELETE"],
  "/battles/{battle_id}/start": ["POST"],
  "/battles/{battle_id}/pause/{agent_id}": ["POST"],
  "/battles/{battle_id}/resume/{agent_id}": ["POST"],
  "/battles/{battle_id}/stop": ["POST"],
  "/battles/{battle_id}/live": ["GET"],
  "/battles/{battle_id}/results": ["GET"],
  "/battles/{battle_id}/replay": ["GET", "POST"],
  "/battles/{battle_id}/step": ["POST"],
  "/battles/{battle_id}/step/batch": ["POST"],
  "/battles/{battle_id}/trade/order": ["POST"],
  "/battles/{battle_id}/market/prices": ["GET"],
};

export const missingRoutes: readonly Route[] = Object.entries(MISSING).flatMap(([path, methods]) =>
  methods.map((method) => missingRoute(method, `/api/v1${path}`)),
);
