/** What an experiment came to. Plain data, in words. */
export interface ExperimentReport {
  /** What was done. */
  readonly setting: readonly string[]
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Lists of steps that it found, each with its title. */
  readonly paths: readonly { readonly title: string; readonly steps: readonly string[] }[]
  readonly claims: readonly ClaimResult[]
}

/** A claim, and whether it is so. */
export interface ClaimResult {
  /** Of the file. */
  readonly line: number
  /** In words. */
  readonly text: string
  readonly holds: boolean
  /** What was found; empty if the claim says it all. */
  readonly found: string
}
