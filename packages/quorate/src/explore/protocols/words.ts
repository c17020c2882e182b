import type { singleDecree } from '@quorate/paxos'
import type { ExplainedStep } from './actor-model.ts'

/** The value that a proposer starts with: A, B, …; and with its `n`-th ballot after the first, A2, A3. */
export function valueOf(proposer: number, ballotsBegun = 0): string {
  const letter = String.fromCharCode(64 + proposer)
  return ballotsBegun === 0 ? letter : `${letter}${ballotsBegun + 1}`
}

export function showValue(value: singleDecree.Value): string {
  return value === null ? 'nothing' : String(value)
}

/** `acceptor 1 receives prepare 1.1, sends promise 1.1 (nothing accepted)` */
export function sentence<Message>(
  { actor, received, label, sent }: ExplainedStep<Message>,
  show: (message: Message, isReceived: boolean) => string,
): string {
  const did =
    received !== undefined
      ? `receives ${show(received, true)}`
      : label !== undefined
        ? label
        : 'crashes and restarts'
  const sends =
    sent.length === 0 ? '' : `, sends ${sent.map((message) => show(message, false)).join(' and ')}`
  return `${actor} ${did}${sends}`
}

/** `3 acceptors`, `1 crash` */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`
}
