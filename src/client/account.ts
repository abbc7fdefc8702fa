import {
  getAccountInfo,
  getBalance,
  getLeaderboard,
  getPerformance,
  getPnl,
  getPortfolio,
  getPortfolioHistory,
  getPositions,
  getRiskProfile,
  resetAccount,
  updateAgentRiskProfile,
  updateRiskProfile,
  invalid,
  type AccountInfo,
  type AccountReset,
  type Balance,
  type GetLeaderboardOptions,
  type LeaderboardEntry,
  type Performance,
  type GetPerformanceOptions,
  type Pnl,
  type GetPnlOptions,
  type Portfolio,
  type GetPortfolioHistoryOptions,
  type PortfolioSnapshot,
  type Position,
  type ResetAccountInput,
  type RiskProfile,
} from "../endpoints/index.ts";
import type { CallOptions } from "../transport/index.ts";
import { TradingMethods } from "./trading.ts";

/**
 * What an agent or a whole account has, and how it did.
 *
 * An agent's key sees that agent alone. An account's key or token sees the agent that `agentId` names, in the client's
 * options or a call's, and without one the whole account: the orders, trades, results and equity of all its agents. The
 * platform does not add all of it up there: balances and positions list the same asset once for each agent, and the
 * portfolio has the cash of one agent only. The embedded exchange adds everything up in its default fidelity.
 */
export abstract class AccountMethods extends TradingMethods {
  /**
   * The account: name, status, session and effective risk limits. `apiKey` is the account's key; it does not show
   * when the answer is printed or serialised. With an account's key and no `agentId`, limits are the account's own.
   *
   * @example
   * ```ts
   * const info = await client.getAccountInfo();
   * console.log(info.displayName, info.riskProfile.maxOpenOrders);
   * ```
   */
  getAccountInfo(options?: CallOptions): Promise<AccountInfo> {
    return this.send(getAccountInfo, {}, options);
  }

  /**
   * What is held of each asset, available and locked, and all of it in USDT. With an account's key and no `agentId` it
   * is that of all agents, and the platform lists an asset once for each of them.
   *
   * @example
   * ```ts
   * const { balances } = await client.getBalance();
   * console.log(balances[0]?.asset, balances[0]?.available.toString());
   * ```
   */
  getBalance(options?: CallOptions): Promise<Balance> {
    return this.send(getBalance, {}, options);
  }

  /**
   * Open positions by symbol, with their profit or loss at the last price. With an account's key and no `agentId` they
   * are those of all agents, and the platform lists a pair once for each agent that holds it.
   *
   * @example
   * ```ts
   * for (const { symbol, quantity, unrealizedPnl } of await client.getPositions()) console.log(symbol, quantity.toString(), unrealizedPnl.toString());
   * ```
   */
  async getPositions(options?: CallOptions): Promise<readonly Position[]> {
    return this.send(getPositions, {}, options);
  }

  /**
   * Equity, cash, positions and profit in one answer, in USDT. With an account's key and no `agentId` the platform has
   * the positions of all agents, but the cash of one and the account's own starting balance: name each agent, and add up.
   *
   * @example
   * ```ts
   * const portfolio = await client.getPortfolio();
   * console.log(`${portfolio.totalEquity} USDT, ${portfolio.roiPct} %`);
   * ```
   */
  getPortfolio(options?: CallOptions): Promise<Portfolio> {
    return this.send(getPortfolio, {}, options);
  }

  /**
   * Profit and loss, fees and the share of winning trades. The platform applies `period` to fees and counts only.
   * With an account's key and no `agentId` it is that of all agents.
   *
   * @example
   * ```ts
   * const { totalPnl, winRate } = await client.getPnl({ period: "7d" });
   * console.log(totalPnl.toString(), winRate.toFixed(1));
   * ```
   */
  getPnl(query: GetPnlOptions = {}, options?: CallOptions): Promise<Pnl> {
    return this.send(getPnl, query, options);
  }

  /**
   * Starts over: open orders are cancelled, wallets hold each agent's starting balance again. It is the whole account
   * that starts over, whichever key or agent asks.
   *
   * @throws ValidationError for `newStartingBalance`, which the platform would ignore
   * @example
   * ```ts
   * const { newSession } = await client.resetAccount();
   * console.log(newSession.startingBalance.toString());
   * ```
   */
  resetAccount(input: ResetAccountInput = {}, options?: CallOptions): Promise<AccountReset> {
    return this.send(resetAccount, input, options);
  }

  /**
   * Limits of the risk rules: of one agent, or those in force for the client's own key.
   *
   * @example
   * ```ts
   * const { maxPositionSizePct } = await client.getRiskProfile();
   * console.log(maxPositionSizePct);
   * ```
   */
  async getRiskProfile(
    query: { readonly agentId?: string | undefined } = {},
    options?: CallOptions,
  ): Promise<RiskProfile> {
    const { agentId } = query;
    return agentId === undefined
      ? (await this.getAccountInfo(options)).riskProfile
      : this.send(getRiskProfile, { agentId }, options);
  }

  /**
   * Sets the limits of the risk rules: of one agent, or of whatever the client's key stands for.
   *
   * @example
   * ```ts
   * await client.updateRiskProfile({ maxPositionSizePct: 20, dailyLossLimitPct: 10, maxOpenOrders: 40 });
   * ```
   */
  updateRiskProfile(
    profile: RiskProfile & { readonly agentId?: string | undefined },
    options?: CallOptions,
  ): Promise<RiskProfile> {
    const { agentId, ...limits } = profile;
    return agentId === undefined
      ? this.send(updateRiskProfile, limits, options)
      : this.send(updateAgentRiskProfile, { ...limits, agentId }, options);
  }

  /**
   * Sharpe and Sortino ratio, drawdown, win rate and other figures of the closed trades of a period. With an account's
   * key and no `agentId` they are those of all agents.
   *
   * @example
   * ```ts
   * const { sharpeRatio, totalTrades } = await client.getPerformance({ period: "7d" });
   * console.log(sharpeRatio.toString(), totalTrades);
   * ```
   */
  getPerformance(query: GetPerformanceOptions = {}, options?: CallOptions): Promise<Performance> {
    return this.send(getPerformance, query, options);
  }

  /**
   * Equity over time, oldest first. With an account's key and no `agentId` it is that of all agents; the platform has none
   * for a whole account until an agent has asked for its own.
   *
   * @example
   * ```ts
   * const snapshots = await client.getPortfolioHistory({ interval: "1h", limit: 24 });
   * console.log(snapshots.at(-1)?.totalEquity.toString());
   * ```
   */
  async getPortfolioHistory(
    query: GetPortfolioHistoryOptions = {},
    options?: CallOptions,
  ): Promise<readonly PortfolioSnapshot[]> {
    return this.send(getPortfolioHistory, query, options);
  }

  /**
   * The best accounts of a period by return on investment, at most 50.
   *
   * @example
   * ```ts
   * const [best] = await client.getLeaderboard({ period: "7d", limit: 1 });
   * console.log(best?.displayName);
   * ```
   */
  async getLeaderboard(query: GetLeaderboardOptions = {}, options?: CallOptions): Promise<readonly LeaderboardEntry[]> {
    const { limit, ...period } = query;
    if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= 50)) {
      throw invalid("getLeaderboard", [{ field: "limit", message: "must be a whole number from 1 to 50" }]);
    }
    return (await this.send(getLeaderboard, period, options)).slice(0, limit);
  }
}
