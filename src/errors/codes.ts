/**
 * Codes in the platform's error responses. The comment of each says what it means and, in its last sentence, what to do:
 * the catalogue of errors is made from it.
 */
export type PlatformErrorCode =
  /** No account has these credentials. Check the key and the secret. */
  | "ACCOUNT_NOT_FOUND"
  /** The account is not active. Contact the platform's operator. */
  | "ACCOUNT_SUSPENDED"
  /** No agent of the account has this ID, or the account has none. List the agents, and use the ID of one. */
  | "AGENT_NOT_FOUND"
  /** The backtest's state does not allow this: it was not started, or has ended. Look at its status, and start it or create another. */
  | "BACKTEST_INVALID_STATE"
  /** No backtest has this ID, or it is not running. List the backtests, and use the ID of a running one. */
  | "BACKTEST_NOT_FOUND"
  /** There are no candles for the period. Choose a period inside the data range. */
  | "BACKTEST_NO_DATA"
  /** The battle's state does not allow this. Look at its status first. */
  | "BATTLE_INVALID_STATE"
  /** No battle has this ID. List the battles, and use the ID of one. */
  | "BATTLE_NOT_FOUND"
  /** The platform's price store failed. Repeat the call later. */
  | "CACHE_ERROR"
  /** The account's daily loss limit is reached. Place no more orders today; trading resumes at 00:00 UTC. */
  | "DAILY_LOSS_LIMIT"
  /** The platform could not store or read a record. Check the IDs in the call, then repeat it. */
  | "DATABASE_ERROR"
  /** The e-mail address is registered already. Log in, or use another address. */
  | "DUPLICATE_ACCOUNT"
  /** No feedback of this agent has this ID. Check both IDs. */
  | "FEEDBACK_NOT_FOUND"
  /** The key belongs to another request. Use a new key for each order. */
  | "IDEMPOTENCY_KEY_REUSED"
  /** Not enough of the asset that the order would spend. Lower the quantity, or cancel open orders that lock funds. */
  | "INSUFFICIENT_BALANCE"
  /** The platform failed. Check the arguments, and repeat the call later. */
  | "INTERNAL_ERROR"
  /** No valid key: it is missing, incomplete, or of an archived agent. Ask the operator for a valid key. */
  | "INVALID_API_KEY"
  /** The platform does not know the type of the order. Use market, limit, stop_loss or take_profit. */
  | "INVALID_ORDER_TYPE"
  /** The quantity or value is outside the pair's limits. Use a quantity that the pair allows. */
  | "INVALID_QUANTITY"
  /** The request is not signed with the account's secret, or was sent before. Ask the operator to check the secret. */
  | "INVALID_SIGNATURE"
  /** No such pair, or it cannot be traded. Use a symbol from the list of pairs, such as BTCUSDT. */
  | "INVALID_SYMBOL"
  /** The token is invalid or has expired. Log in again. */
  | "INVALID_TOKEN"
  /** The embedded exchange does not implement this. Use another operation. */
  | "NOT_IMPLEMENTED"
  /** The order is filled, cancelled or rejected already. Read the order instead of repeating the call. */
  | "ORDER_NOT_CANCELLABLE"
  /** No order of this account or agent has this ID. List the orders, and use the ID of one. */
  | "ORDER_NOT_FOUND"
  /** A risk rule rejected the order; nothing was stored. Change the order as the reason says, instead of repeating it. */
  | "ORDER_REJECTED"
  /** It belongs to another account or agent. Use an ID of your own. */
  | "PERMISSION_DENIED"
  /** The pair has no price yet. Try later, or use another pair. */
  | "PRICE_NOT_AVAILABLE"
  /** The requests of this minute are used up. Wait as long as the error says, then repeat the call. */
  | "RATE_LIMIT_EXCEEDED"
  /** A risk limit does not allow the order. Lower the quantity. */
  | "RISK_LIMIT_EXCEEDED"
  /** The service is not available now, or has no candles for the pair. Try later, or use another pair. */
  | "SERVICE_UNAVAILABLE"
  /** The strategy's state does not allow this. Read the strategy first. */
  | "STRATEGY_INVALID_STATE"
  /** No strategy, version or test has this ID. List the strategies, and use the ID of one. */
  | "STRATEGY_NOT_FOUND"
  /** No trade has this ID. List the trades, and use the ID of one. */
  | "TRADE_NOT_FOUND"
  /** The run's state does not allow this, or its ID is taken. Use a new UUID for each run. */
  | "TRAINING_RUN_INVALID_STATE"
  /** No training run has this ID. List the runs, and use the ID of one. */
  | "TRAINING_RUN_NOT_FOUND"
  /** Arguments are missing or invalid. Correct the fields that the error names, and repeat the call. */
  | "VALIDATION_ERROR";

/** Codes of errors that the client detects itself. */
export type ClientErrorCode =
  /** The response belongs to another order; this one may have been placed. Reconcile it before you place another. */
  | "ANSWER_TO_ANOTHER_ORDER"
  /** The response is truncated or not JSON. Repeat the call if it only reads. */
  | "BROKEN_BODY"
  /** A message of the stream is not JSON. Go on; the stream recovers by itself. */
  | "BROKEN_MESSAGE"
  /** The client was closed. Create a new one. */
  | "CLIENT_CLOSED"
  /** The server could not be reached, or the connection broke. Repeat the call later. */
  | "CONNECTION_FAILED"
  /** The record of the order could not be written, so the order was not sent. Repair the store before you place orders. */
  | "INTENT_STORE_FAILED"
  /** The webhook is not signed with the secret, or its body is no event. Respond with the error's status, and ignore the request. */
  | "INVALID_WEBHOOK"
  /** The list changed faster than its pages could be read. Read it with a larger page size, or later. */
  | "LIST_CHANGES_TOO_FAST"
  /** The call needs an API key or token. Ask the operator for a key. */
  | "MISSING_CREDENTIALS"
  /** The stream did not confirm a subscription. Go on; the stream tries again. */
  | "NOT_ACKNOWLEDGED"
  /** The stream could not connect. Go on; the stream tries again. */
  | "NO_CONNECTION"
  /** The runtime has no WebSocket. Pass one to the client. */
  | "NO_WEBSOCKET"
  /** The order has ended and can no longer reach the awaited status. Read the order. */
  | "ORDER_ENDED"
  /** Several orders match, and it is unclear which is yours. Compare the candidates; place no further order until it is clear. */
  | "ORDER_OUTCOME_UNDECIDED"
  /** The order was sent, but no usable response was received: it may have been placed. Do not repeat it; reconcile it first. */
  | "ORDER_OUTCOME_UNKNOWN"
  /** The response is larger than the client reads. Ask for less, with a smaller limit. */
  | "RESPONSE_TOO_LARGE"
  /** Updates arrive faster than they are read. Read faster, or keep only the latest update. */
  | "STREAM_OVERFLOW"
  /** The stream rejected the key or a subscription. Check the key and the channel. */
  | "STREAM_REFUSED"
  /** The deadline passed before the call ended. Repeat the call if it only reads; check the orders first if it placed one. */
  | "TIMEOUT"
  /** The response does not have the documented form. Repeat the call if it only reads, and report the problem. */
  | "UNEXPECTED_ANSWER"
  /** A message of the stream does not have the documented form. Go on, and report the problem. */
  | "UNEXPECTED_MESSAGE"
  /** Several messages of the stream in a row were unreadable. Go on; the stream connects again. */
  | "UNREADABLE_STREAM";

/** The code of an error. Open: the platform may add codes, and a response without one has `HTTP_<status>`. */
export type ErrorCode = PlatformErrorCode | ClientErrorCode | (string & {});

/** The risk rule that rejected an order. Open: the platform may add rules. */
export type RejectionReason =
  | "account_not_active"
  | "daily_loss_limit"
  | "insufficient_balance"
  | "max_open_orders_exceeded"
  | "order_too_large"
  | "order_too_small"
  | "position_limit_exceeded"
  | "price_unavailable"
  | "rate_limit_exceeded"
  | (string & {});
