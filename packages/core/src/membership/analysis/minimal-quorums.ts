import { QuorateError } from '../../errors.ts'
import {
  type AnyQuorums,
  minimal,
  type QuorumSets,
  type QuorumTable,
  tabulate,
  withstand,
} from './quorum-table.ts'

/**
 * The smallest quorums: no voter of one can be left out. With `failures`, the smallest sets that are quorums still after
 * any so many of their voters have failed: what to ask if some may not answer. Whittaker et al., Read-Write Quorum Systems
 * Made Practical (PaPoC 2021): f-resilient quorums.
 *
 * @throws QuorateError `USAGE` if there are too many voters, or no set withstands so many failures
 */
export function minimalQuorums(quorums: AnyQuorums, failures = 0): QuorumSets {
  const { voters, election, replication } = tabulate(quorums)
  const sets = {
    election: minimal(voters, withstand(election, failures)),
    replication: minimal(voters, withstand(replication, failures)),
  }
  if (sets.election.length > 0 && sets.replication.length > 0) return sets
  const which = sets.election.length === 0 ? 'an election' : 'a replication'
  throw new QuorateError('USAGE', `no set of voters is ${which} quorum whichever ${failures} of it fail`)
}

/** How many voters may fail, whichever they are, and the others are enough. Whittaker et al. (PaPoC 2021). */
export interface Resilience {
  readonly election: number
  readonly replication: number
  /** Of both: the lesser. */
  readonly both: number
}

/** -1 is no resilience at all: not even all voters are a quorum. */
export function quorumResilience(quorums: AnyQuorums): Resilience {
  const table = tabulate(quorums)
  const election = countFailures(table, table.election)
  const replication = countFailures(table, table.replication)
  return { election, replication, both: Math.min(election, replication) }
}

function countFailures({ voters }: QuorumTable, marks: Uint8Array): number {
  for (let failures = 0; failures <= voters.length; failures++) {
    if (withstand(marks, failures).at(-1) === 0) return failures - 1
  }
  return voters.length
}
