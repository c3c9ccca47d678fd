/** What a process is told by `limber launch` about itself and the other ranks. */
export const rankVariables = {
  /** From 0. */
  rank: 'LIMBER_RANK',
  /** `host:port` of each rank, separated by commas. */
  addresses: 'LIMBER_RANK_ADDRESSES',
  /** From 0, among the ranks of the same machine. */
  localRank: 'LIMBER_LOCAL_RANK',
  /** How many ranks share the machine. */
  localRanks: 'LIMBER_LOCAL_RANKS',
  /** What only the ranks of one launch have, and every one of them. */
  launch: 'LIMBER_LAUNCH',
  /** `1`: nobody else reaches the ports. */
  trustedNetwork: 'LIMBER_TRUSTED_NETWORK',
} as const;

/** Whether this process was started as one of several ranks by `limber launch`. */
export function isLaunchedRank(env: NodeJS.ProcessEnv = process.env): boolean {
  return env[rankVariables.rank] !== undefined;
}
