/** The remote end of a connection, implemented by the owner of the socket. */
export interface StreamPeer {
  /** Sends a text frame. */
  send(text: string): void;
  /** Closes the connection with a WebSocket close code. */
  close(code: number, reason: string): void;
  /** Drops the connection without a close frame. */
  drop(): void;
  /** Stops reading and sending without closing the connection, as after a fault. */
  stall(): void;
}

/** The exchange's end of a connection. Tell it what arrives from the remote end. */
export interface StreamSession {
  /** Handles a text frame. */
  receive(text: string): void;
  /** Handles a binary frame. The endpoint rejects all of them. */
  receiveBinary(): void;
  /** The remote end has closed the connection or is gone. */
  closed(): void;
}

/** Where a session sends its frames. */
export interface FrameSink {
  /** Sends an acknowledgement, an error or a ping. */
  reply(text: string): void;
  /** Sends a data message. */
  push(text: string): void;
  close(code: number, reason: string): void;
}
