export {
  accountInfoRecord,
  getAccountInfo,
  type AccountInfo,
  type AccountStatus,
  type Session,
} from "./getAccountInfo.ts";
export { accountModeRecord, getAccountMode, type AccountMode } from "./getAccountMode.ts";
export { balanceRecord, getBalance, type AssetBalance, type Balance } from "./getBalance.ts";
export { getPnl, pnlRecord, type GetPnlOptions, type Pnl, type PnlPeriod } from "./getPnl.ts";
export { getPortfolio, portfolioRecord, type Portfolio } from "./getPortfolio.ts";
export { getPositions, positionRecord, positionsRecord, type Position, type Positions } from "./getPositions.ts";
export { getRiskProfile, riskProfileRecord, type RiskProfile } from "./getRiskProfile.ts";
export {
  accountResetRecord,
  resetAccount,
  type AccountReset,
  type StartedSession,
  type EndedSession,
  type ResetAccountInput,
} from "./resetAccount.ts";
export { setAccountMode, type SetAccountModeInput } from "./setAccountMode.ts";
export { updateAgentRiskProfile } from "./updateAgentRiskProfile.ts";
export { updateRiskProfile } from "./updateRiskProfile.ts";
