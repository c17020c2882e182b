import type { NodeId } from '@quorate/core'
import { breach, check } from '../suite/failure.ts'
import { type Tag, readTag } from './tagged-frame.ts'
import type { TransportEnd } from './transport-end.ts'

/** What one end has seen of one peer so far. */
interface Seen {
  isUp: boolean
  /** The last frame of this session. */
  last: Tag | undefined
  /** The last frame of any session before. */
  before: Tag | undefined
}

/**
 * Checks all that one end was told, for every peer: up and down alternate; frames come in between, whole, in order and
 * without gaps; and all frames of one session are of one session of the sender, later than any before.
 */
export function checkSessions(end: TransportEnd): void {
  const peers = new Map<NodeId, Seen>()
  const where = `node ${end.node}`
  check(end.fault === undefined, () => `${where}: ${end.fault}`)
  for (const told of end.told) {
    const seen = peers.get(told.peer) ?? { isUp: false, last: undefined, before: undefined }
    peers.set(told.peer, seen)
    const link = `${where}, peer ${told.peer}`
    if (told.type !== 'frame') {
      const isUp = told.type === 'up'
      check(seen.isUp !== isUp, () => `${link}: ${told.type} was told twice in a row`)
      if (isUp) seen.before = seen.last ?? seen.before
      seen.isUp = isUp
      seen.last = undefined
    } else {
      check(seen.isUp, () => `${link}: a frame came without a session`)
      checkFrame(link, seen, told.bytes)
    }
  }
}

function checkFrame(link: string, seen: Seen, bytes: Uint8Array): void {
  const tag = readTag(bytes)
  if (typeof tag === 'string') return breach(`${link}: ${tag}`)
  const { last, before } = seen
  const name = `frame ${tag.sequence} of the sender’s session ${tag.life}.${tag.session}`
  check(tag.session > 0, () => `${link}: ${name} was sent without a session, and arrived`)
  if (last === undefined) {
    const isNewer = before === undefined || isLater(tag, before)
    check(isNewer, () => `${link}: ${name} came in a session after ${before!.life}.${before!.session}`)
    check(tag.sequence === 0, () => `${link}: ${name} came first`)
  } else {
    const isSame = tag.life === last.life && tag.session === last.session
    check(isSame, () => `${link}: ${name} came in the session of ${last.life}.${last.session}`)
    check(tag.sequence === last.sequence + 1, () => `${link}: ${name} came after ${last.sequence}`)
  }
  seen.last = tag
}

function isLater(a: Tag, b: Tag): boolean {
  return a.life > b.life || (a.life === b.life && a.session > b.session)
}
