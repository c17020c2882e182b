import { type Picture, type Recovery, measureRecovery, pictures } from '@quorate/sim'
import { engineWith } from '../registry/engines.ts'
import type { Subject } from './subjects.ts'

/** One subject in one picture: what all seeds came to. Durations in the engine's election timeouts. Plain data. */
export interface RecoveryRow {
  readonly picture: string
  readonly subject: string
  /** Milliseconds. */
  readonly electionTimeout: number
  readonly runs: number
  readonly recovered: number
  /** Of those that recovered; undefined if none did. */
  readonly median: number | undefined
  readonly p99: number | undefined
  readonly max: number | undefined
  /** Median of the leaders established until then, or within the budget. */
  readonly changes: number
  /** Median of the commands committed in that time. */
  readonly commits: number
}

/** What a seed came to: one for each picture and subject, in their order. */
export type SeedRecoveries = readonly Recovery[]

interface Case {
  readonly picture: Picture
  readonly subject: Subject
}

function casesOf(subjects: readonly Subject[]): readonly Case[] {
  return pictures.flatMap((picture) => subjects.map((subject) => ({ picture, subject })))
}

/** Every subject in every picture, once. */
export function recoverOnce(subjects: readonly Subject[], seed: number): SeedRecoveries {
  return casesOf(subjects).map(({ picture, subject }) => {
    return measureRecovery(engineWith(subject.engine, subject.options), picture, seed)
  })
}

/** The rows of a table: picture by picture, and subject by subject in each. */
export function rowsOf(
  subjects: readonly Subject[],
  seeds: readonly SeedRecoveries[],
): readonly RecoveryRow[] {
  return casesOf(subjects).map(({ picture, subject }, i) => {
    const { electionTimeout } = engineWith(subject.engine, subject.options)
    const recoveries = seeds.map((results) => results[i]!)
    const head = { picture: picture.name, subject: subject.name, electionTimeout }
    return { ...head, ...sumUp(recoveries) }
  })
}

function sumUp(
  recoveries: readonly Recovery[],
): Omit<RecoveryRow, 'picture' | 'subject' | 'electionTimeout'> {
  const after = ascending(recoveries.flatMap((recovery) => recovery.after ?? []))
  return {
    runs: recoveries.length,
    recovered: after.length,
    median: rank(after, 0.5),
    p99: rank(after, 0.99),
    max: after.at(-1),
    changes: rank(ascending(recoveries.map(({ changes }) => changes)), 0.5) ?? 0,
    commits: rank(ascending(recoveries.map(({ commits }) => commits)), 0.5) ?? 0,
  }
}

function ascending(values: readonly number[]): readonly number[] {
  return values.toSorted((a, b) => a - b)
}

/** The least value that this share of them does not exceed. */
function rank(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
}
