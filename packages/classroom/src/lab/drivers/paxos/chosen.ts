import type { Breach } from '../../driver.ts'
import { type Envelope, type NodeName, majorityOf, showBallot } from './wire.ts'

/** A value that somebody may rely on. */
export interface Outcome {
  readonly value: string
  /** `chosen in ballot 1.1`, `decided by proposer 1` */
  readonly how: string
}

/** A decision that a proposer announced. */
export interface Decision {
  readonly node: NodeName
  readonly value: string
}

/** What a majority of acceptors say that they accepted in one ballot. */
export function chosenIn(sent: readonly Envelope[], acceptors: number): readonly Outcome[] {
  const votes = new Map<
    string,
    { readonly value: string; readonly ballot: string; readonly by: Set<NodeName> }
  >()
  for (const { from, message } of sent) {
    if (message.type !== 'accepted') continue
    const ballot = showBallot(message.ballot)
    const key = `${ballot} ${message.value}`
    const vote = votes.get(key) ?? { value: message.value, ballot, by: new Set() }
    votes.set(key, vote)
    vote.by.add(from)
  }
  return [...votes.values()]
    .filter(({ by }) => by.size >= majorityOf(acceptors))
    .map(({ value, ballot }) => ({ value, how: `chosen in ballot ${ballot}` }))
}

/** Is there more than one value that somebody may rely on? */
export function disagreement(chosen: readonly Outcome[], decided: readonly Decision[]): Breach | undefined {
  const all = [...chosen, ...decided.map(({ node, value }) => ({ value, how: `decided by ${node}` }))]
  const [first] = all
  const other = all.find(({ value }) => value !== first?.value)
  if (first === undefined || other === undefined) return undefined
  const message = `"${first.value}" is ${first.how}, and "${other.value}" is ${other.how}`
  return { invariant: 'agreement', message }
}
