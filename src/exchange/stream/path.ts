/** Where streams are, on the address of an exchange. */
export const STREAM_PATH = "/ws/v1";
