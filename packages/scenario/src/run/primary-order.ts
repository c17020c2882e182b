import type { Epoch, NodeId } from '@quorate/core'
import type { RunEvent } from './run-event.ts'

/** What one established leader was asked for while it led, in that order. */
export interface Primary {
  readonly node: NodeId
  readonly epoch: Epoch
  /** The commands, by the names of their requests. */
  readonly commands: { readonly request: string; readonly text: string }[]
}

/** A command that was applied, and one that its primary had proposed before and that was not, or later. */
export interface OrderBreach {
  readonly primary: Primary
  readonly earlier: string
  readonly later: string
}

/** Every primary of a run, and what it proposed. Commands that it refused are none; forwarded ones are not looked at. */
export function primariesOf(events: readonly RunEvent[]): Primary[] {
  const primaries: Primary[] = []
  const leading = new Map<NodeId, Primary>()
  for (const event of events) {
    const { node } = event
    if (event.type === 'started' || event.type === 'crashed') leading.delete(node)
    else if (event.type === 'role') {
      leading.delete(node)
      if (!event.isEstablished) continue
      const primary = { node, epoch: event.epoch, commands: [] }
      leading.set(node, primary)
      primaries.push(primary)
    } else if (event.type === 'proposed') {
      leading.get(node)?.commands.push({ request: event.request, text: event.text })
    } else if (event.type === 'answered' && event.answer.status === 'rejected') {
      const { request } = event
      for (const { commands } of primaries) {
        const position = commands.findIndex((command) => command.request === request)
        if (position >= 0) commands.splice(position, 1)
      }
    }
  }
  return primaries
}

/**
 * Local primary order: who applies a command has applied before it all that its primary proposed before. Zab (DSN 2011),
 * section 3. Gives the first breach in what one replica has applied.
 */
export function orderBreach(
  primaries: readonly Primary[],
  applied: readonly string[],
): OrderBreach | undefined {
  for (const primary of primaries) {
    const texts = primary.commands.map(({ text }) => text)
    for (const [i, later] of texts.entries()) {
      const at = applied.indexOf(later)
      if (at < 0) continue
      const earlier = texts.slice(0, i).find((text) => !applied.slice(0, at).includes(text) && text !== later)
      if (earlier !== undefined) return { primary, earlier, later }
    }
  }
  return undefined
}
