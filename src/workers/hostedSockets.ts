import type { ResumableServer, SavedConnection, StreamPeer, StreamSession } from "../exchange/stream/index.ts";

/** The sockets of an object. The state of each connection lies in its attachment, which survives hibernation. */
export interface HostedSockets {
  /** Connects a socket that the object has accepted; false if it must be rejected. */
  connect(url: string, socket: WebSocket): boolean;
  /** Handles a message, and writes what it has changed into the socket's attachment. */
  receive(socket: WebSocket, data: string | ArrayBuffer): void;
  closed(socket: WebSocket): void;
  /** Writes what the passing of time has changed into all attachments. */
  save(): void;
}

/** Bytes of an attachment; the runtime allows 2048. */
const MAX_ATTACHMENT = 1900;

/** An attachment as JSON. Subscriptions that are too long for it lie in a row. */
type Attachment = Omit<SavedConnection, "subscriptions"> & {
  readonly subscriptions: SavedConnection["subscriptions"] | number;
};

/** Resumes the connections of an object's sockets, without sending anything. */
export function resumeSockets(ctx: DurableObjectState, server: ResumableServer): HostedSockets {
  const sessions = new Map<WebSocket, StreamSession>();
  const written = new Map<WebSocket, string>();
  const rows = createRows(ctx.storage.sql);

  function peerOf(socket: WebSocket): StreamPeer {
    const close = (code: number, reason: string): void => {
      forget(socket);
      socket.close(code, reason);
    };
    return {
      send: (text) => sendTo(socket, text),
      close,
      drop: () => close(1011, ""),
      stall: () => forget(socket),
    };
  }

  function forget(socket: WebSocket): void {
    const session = sessions.get(socket);
    if (session === undefined) return;
    sessions.delete(socket);
    written.delete(socket);
    rows.remove(socket);
    session.closed();
    socket.serializeAttachment(null);
  }

  function save(socket: WebSocket): void {
    const session = sessions.get(socket);
    const saved = session && server.save(session);
    if (saved === undefined) return;
    const text = JSON.stringify(saved);
    if (written.get(socket) === text) return;
    written.set(socket, text);
    const isShort = sizeOf(text) <= MAX_ATTACHMENT;
    const subscriptions = isShort ? saved.subscriptions : rows.write(socket, JSON.stringify(saved.subscriptions));
    if (isShort) rows.remove(socket);
    socket.serializeAttachment(JSON.stringify({ ...saved, subscriptions } satisfies Attachment));
  }

  const found = ctx.getWebSockets().flatMap((socket) => {
    const text: unknown = socket.deserializeAttachment();
    if (typeof text !== "string") return [];
    const attachment = JSON.parse(text) as Attachment;
    const { subscriptions } = attachment;
    const saved = {
      ...attachment,
      subscriptions: typeof subscriptions === "number" ? rows.read(socket, subscriptions) : subscriptions,
    };
    return [{ socket, saved }];
  });
  rows.keepOnlyRead();
  const resumed = server.resume(found.map(({ socket, saved }) => [saved, peerOf(socket)]));
  for (const [index, session] of resumed.entries()) {
    const socket = found[index]?.socket;
    if (socket !== undefined) sessions.set(socket, session);
  }

  return {
    connect(url, socket) {
      const session = server.connect(url, peerOf(socket));
      if (session === undefined) return false;
      sessions.set(socket, session);
      ctx.acceptWebSocket(socket);
      save(socket);
      return true;
    },
    receive(socket, data) {
      const session = sessions.get(socket);
      if (typeof data === "string") session?.receive(data);
      else session?.receiveBinary();
      save(socket);
    },
    closed: forget,
    save() {
      for (const socket of sessions.keys()) save(socket);
    },
  };
}

/** In the runtime's encoding: if one character needs two bytes, all have two. */
function sizeOf(text: string): number {
  return /[^ -\u00ff]/.test(text) ? 2 * text.length : text.length;
}

/** A socket that has gone away is told so by its own event. */
function sendTo(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch {
    // The event follows.
  }
}

type Subscriptions = SavedConnection["subscriptions"];

interface SubscriptionRows {
  read(socket: WebSocket, id: number): Subscriptions;
  /** Returns the row's id. */
  write(socket: WebSocket, text: string): number;
  remove(socket: WebSocket): void;
  /** Deletes rows whose sockets went away unnoticed. */
  keepOnlyRead(): void;
}

function createRows(sql: SqlStorage): SubscriptionRows {
  const rows = new Map<WebSocket, { readonly id: number; readonly text: string }>();
  let exists = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'exchange_sockets'").toArray().length > 0;
  return {
    read(socket, id) {
      const text = exists
        ? sql.exec<{ text: string }>("SELECT text FROM exchange_sockets WHERE id = ?", id).toArray()[0]?.text
        : undefined;
      if (text === undefined) return [];
      rows.set(socket, { id, text });
      return JSON.parse(text) as Subscriptions;
    },
    write(socket, text) {
      const known = rows.get(socket);
      if (known?.text === text) return known.id;
      if (!exists) sql.exec("CREATE TABLE exchange_sockets (id INTEGER PRIMARY KEY, text TEXT NOT NULL)");
      exists = true;
      const { id } = sql
        .exec<{ id: number }>(
          "INSERT OR REPLACE INTO exchange_sockets VALUES (?, ?) RETURNING id",
          known?.id ?? null,
          text,
        )
        .one();
      rows.set(socket, { id, text });
      return id;
    },
    remove(socket) {
      const known = rows.get(socket);
      if (known === undefined) return;
      rows.delete(socket);
      sql.exec("DELETE FROM exchange_sockets WHERE id = ?", known.id);
    },
    keepOnlyRead() {
      if (!exists) return;
      const ids = JSON.stringify([...rows.values()].map(({ id }) => id));
      sql.exec("DELETE FROM exchange_sockets WHERE id NOT IN (SELECT value FROM json_each(?))", ids);
    },
  };
}
