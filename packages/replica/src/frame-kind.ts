/** The first byte of every frame between replicas: what the rest is. */
export const frameKind = {
  /** Messages between engines, by the message codec. */
  messages: 1,
  /** Parts of a snapshot transfer, see `snapshots/transfer-frames.ts`. */
  snapshot: 2,
} as const
