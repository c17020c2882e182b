import { singleDecree } from '@quorate/paxos'
import { showValue } from './words.ts'

const { showBallot } = singleDecree

/** A message of Paxos or of CASPaxos: `promise 1.2 of acceptor 1 (A accepted in 1.1)`; its sender only if it is not clear. */
export function showPaxosMessage(message: singleDecree.Message, isReceived: boolean): string {
  const ballot = showBallot(message.ballot)
  const sender = isReceived && 'from' in message ? ` of acceptor ${message.from}` : ''
  switch (message.type) {
    case 'prepare':
      return `prepare ${ballot}`
    case 'promise': {
      const { accepted } = message
      const last =
        accepted === undefined
          ? 'nothing accepted'
          : `${showValue(accepted.value)} accepted in ${showBallot(accepted.ballot)}`
      return `promise ${ballot}${sender} (${last})`
    }
    case 'accept':
      return `accept ${ballot} ${showValue(message.value)}`
    case 'accepted':
      return `accepted ${ballot} ${showValue(message.value)}${sender}`
    case 'refused':
      return `refused ${ballot}${sender}`
  }
}
