import { type Input, epochInLog, lastIndex } from '@quorate/core'
import { becomeLooking } from '../election/become-looking.ts'
import type { ZabMessage } from '../message.ts'
import type { Zab } from '../node.ts'

/**
 * Only for the unsafe rule `counterOf32Bits`: asked for a command behind the last one of its epoch whose counter fits 32
 * bits, a leader gives up. ZooKeeper, Leader.propose (ZOOKEEPER-1277).
 */
export function giveUpUsedUpCounter(zab: Zab, input: Input<ZabMessage>): void {
  const { leadership, log } = zab.state
  if (leadership?.phase !== 'BROADCAST' || !asksForCommands(input)) return
  const lastOfCounter = Math.floor((lastIndex(log) + 1) / 2 ** 32) * 2 ** 32 - 1
  if (epochInLog(log, lastOfCounter) === leadership.epoch) becomeLooking(zab, 'counter-used-up')
}

function asksForCommands(input: Input<ZabMessage>): boolean {
  if (input.type === 'propose') return true
  if (input.type !== 'receive') return false
  return input.message.type === 'REQUEST' || input.message.type === 'RELAYREQUEST'
}
