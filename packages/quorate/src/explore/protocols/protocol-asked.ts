import { QuorateError } from '@quorate/core'
import type { ProtocolCommandOptions } from './protocol-options.ts'

/** Options of `quorate explore` as the argument parser gives them, those of a protocol among them. */
export type ProtocolOptionValues = Partial<ProtocolCommandOptions> &
  Pick<ProtocolCommandOptions, 'order' | 'states' | 'symmetry'>

const ofProtocols = ['proposers', 'acceptors', 'rounds', 'quorums', 'unsafe'] as const

/** What an engine's scope has, and what to say instead of it, if there is anything. */
const ofEngines: Readonly<Record<string, string>> = {
  engine: '',
  replicas: '; say --proposers and --acceptors',
  from: '',
  proposals: '; each proposer proposes, ballot after ballot: say --rounds',
  reads: '',
  drops: '; any message may be lost',
  duplicates: '; any message may come again',
  cuts: '',
  snapshots: '',
  timeouts: '; a proposer begins a ballot when it likes: say --rounds',
  maxEpoch: '; say --rounds',
  option: '; say --unsafe with a rule to break',
  scenario: '; the counterexample is printed',
}

/**
 * What is asked of a protocol; undefined if an engine is to be explored.
 *
 * @param isGiven Did the user say the option, or is it there by default?
 * @throws QuorateError `USAGE` for options of both
 */
export function protocolAsked(
  options: ProtocolOptionValues,
  isGiven: (name: string) => boolean,
): ProtocolCommandOptions | undefined {
  const { protocol, proposers, acceptors, rounds, quorums, unsafe, depth } = options
  const { order, symmetry, states } = options
  if (protocol === undefined) {
    const stranger = ofProtocols.find(isGiven)
    if (stranger === undefined) return undefined
    throw new QuorateError('USAGE', `explore: --${stranger} goes with --protocol, and an engine has none`)
  }
  const stranger = Object.keys(ofEngines).find(isGiven)
  if (stranger !== undefined) {
    throw new QuorateError(
      'USAGE',
      `explore: ${flag(stranger)} goes with an engine, not with --protocol${ofEngines[stranger]!}`,
    )
  }
  const crashes = isGiven('crashes') ? options.crashes : undefined
  return { protocol, proposers, acceptors, rounds, crashes, quorums, unsafe, depth, order, symmetry, states }
}

/** `maxEpoch` as it is typed. */
function flag(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
