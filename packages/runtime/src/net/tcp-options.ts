import type { Logger, NodeId } from '@quorate/core'
import { silentLogger } from '@quorate/core'
import type { LinkIdentity } from './link-protocol.ts'
import type { SocketAddress } from './sockets.ts'

export interface TcpTransportOptions {
  readonly self: NodeId
  readonly identity: LinkIdentity
  /** Counts this replica's starts (its log store does): a peer then knows an old process from a new one. */
  readonly incarnation: number
  /** Where to listen. Port 0: any free one, see `TcpTransport.address`. */
  readonly listen: SocketAddress
  /** Where every other replica listens. May contain this one, which is passed over. */
  readonly peers: ReadonlyMap<NodeId, SocketAddress>
  /** The largest frame sent or taken, bytes. Default: 64 MiB. */
  readonly maxFrameBytes?: number
  /** What may wait for a slow peer before `send` says no, bytes. A single frame may go beyond. Default: 64 MiB. */
  readonly maxQueuedBytes?: number
  /** Delays between attempts to connect, milliseconds: doubled from `min` to `max`, and jittered. Default: 50, 1000. */
  readonly reconnect?: { readonly min: number; readonly max: number }
  /** The delay after a peer refused the link: it will hardly change its mind. Milliseconds. Default: 5000. */
  readonly refusedDelay?: number
  /** How long connecting and greeting may take, milliseconds. Default: 3000. */
  readonly greetingTimeout?: number
  /** A peer that says nothing for so long is gone; milliseconds. Default: 10,000. */
  readonly silenceTimeout?: number
  readonly logger?: Logger
  /** In [0, 1), for jitter. */
  readonly random?: () => number
}

/** The options with their defaults. */
export type TcpSettings = Required<TcpTransportOptions>

export function settingsOf(options: TcpTransportOptions): TcpSettings {
  return {
    maxFrameBytes: 64 << 20,
    maxQueuedBytes: 64 << 20,
    reconnect: { min: 50, max: 1000 },
    refusedDelay: 5000,
    greetingTimeout: 3000,
    silenceTimeout: 10_000,
    logger: silentLogger,
    random: Math.random,
    ...options,
  }
}
