import { type Input, endReadBack } from '@quorate/core'
import type { Zab } from '../node.ts'
import { trace } from '../trace.ts'

/**
 * The log store has answered: what was read is sent at the end of this turn. What is not the history that was written
 * there is not sent, and asked for again a tick later; what was compacted meanwhile is sent as a snapshot.
 */
export function onFetched(zab: Zab, input: Extract<Input, { type: 'fetched' }>): void {
  const { leadership, following, log } = zab.state
  const serving = leadership ?? following?.relay
  if (serving === undefined) return // it led when it asked
  const { asked } = serving.readBack
  const lacking = endReadBack(serving.readBack, log, input, serving.ticks)
  if (lacking === undefined || lacking === 0) return
  trace(zab, 'history-read-short', 'not in the paper', { ...asked, lacking })
}
