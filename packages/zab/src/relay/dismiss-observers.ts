import { sendNotification } from '../election/send-notification.ts'
import type { Zab } from '../node.ts'
import type { Relay } from '../state.ts'

/** This replica follows nobody any more. Links keep order, so the observers that it fed know that all before was sent. */
export function dismissObservers(zab: Zab, relay: Relay | undefined): void {
  for (const { node } of relay?.learners ?? []) if (zab.state.links.has(node)) sendNotification(zab, node)
}
