/** The URL path of the streaming endpoint. */
export const STREAM_PATH = "/ws/v1";
