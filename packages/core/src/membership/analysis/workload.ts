import { QuorateError } from '../../errors.ts'
import type { NodeId } from '../../ids.ts'

/** How often a fraction of reads is met. Weights are relative to each other. */
export interface ReadFraction {
  /** From 0 to 1. */
  readonly fraction: number
  readonly weight: number
}

/** How many operations a voter manages in a unit of time, if it does nothing else. */
export interface VoterCapacity {
  readonly read: number
  readonly write: number
}

/** What a quorum system is to stand. A read asks an election quorum, a write a replication quorum. */
export interface QuorumWorkload {
  /** The reads among all operations, from 0 to 1; or several such mixes that take turns. */
  readonly readFraction: number | readonly ReadFraction[]
  /** Voters without one have 1 and 1. */
  readonly capacities?: ReadonlyMap<NodeId, VoterCapacity>
  /** Ask so many voters that a quorum answers although any `failures` of them fail. Default: 0. */
  readonly failures?: number
}

/** The mixes of a workload, with weights that add up to 1. */
export function fractionsOf({ readFraction }: QuorumWorkload): readonly ReadFraction[] {
  const given = typeof readFraction === 'number' ? [{ fraction: readFraction, weight: 1 }] : readFraction
  const wrong = given.find(({ fraction, weight }) => !(fraction >= 0 && fraction <= 1 && weight >= 0))
  if (wrong !== undefined) {
    throw new QuorateError(
      'USAGE',
      `a read fraction of ${wrong.fraction} with weight ${wrong.weight} cannot be`,
    )
  }
  const total = given.reduce((sum, { weight }) => sum + weight, 0)
  if (!(total > 0 && total < Infinity))
    throw new QuorateError('USAGE', 'the weights of read fractions add up to nothing')
  const met = given.filter(({ weight }) => weight > 0)
  return met.map(({ fraction, weight }) => ({ fraction, weight: weight / total }))
}

/** What a voter manages. */
export function capacityOf({ capacities }: QuorumWorkload, voter: NodeId): VoterCapacity {
  const capacity = capacities?.get(voter) ?? { read: 1, write: 1 }
  if (isPositive(capacity.read) && isPositive(capacity.write)) return capacity
  throw new QuorateError('USAGE', `the capacity of replica ${voter} is not positive`)
}

function isPositive(value: number): boolean {
  return value > 0 && value < Infinity
}
