import { flag, instant, nullable, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional, string, uuid } from "../inputs/index.ts";

/** Open: the platform may add statuses. */
export type FeedbackStatus = "submitted" | "acknowledged" | "in_progress" | "resolved" | "wont_fix" | (string & {});

/** Arguments of `updateFeedback`. */
export interface UpdateFeedbackInput {
  readonly status: "submitted" | "acknowledged" | "in_progress" | "resolved" | "wont_fix";
  /** What was done, up to 10000 characters; if omitted, it stays unchanged. */
  readonly resolution?: string | undefined;
}

/** Feedback that an agent of the platform gave. */
export interface Feedback {
  readonly id: string;
  readonly agentId: string;
  readonly status: FeedbackStatus;
  /** Null if none was given. */
  readonly resolution: string | null;
  /** Null until it is resolved. */
  readonly resolvedAt: Date | null;
  readonly updated: boolean;
}

export const feedbackRecord: Codec<Feedback> = record<Feedback>({
  id: text,
  agentId: text,
  status: text,
  resolution: nullable(text),
  resolvedAt: nullable(instant),
  updated: flag,
});

export const updateFeedback: Endpoint<UpdateFeedbackInput & { agentId: string; feedbackId: string }, Feedback> =
  endpoint({
    name: "updateFeedback",
    method: "PATCH",
    path: "/agents/{agentId}/feedback/{feedbackId}",
    input: input({
      agentId: uuid,
      feedbackId: uuid,
      status: oneOf(["submitted", "acknowledged", "in_progress", "resolved", "wont_fix"]),
      resolution: optional(string(0, 10_000)),
    }),
    output: feedbackRecord,
    access: "account",
    tier: "general",
  });
