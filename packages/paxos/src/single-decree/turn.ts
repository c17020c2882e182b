/** What a role makes of one thing that happened. */
export interface Turn<State, Disk, Message> {
  readonly state: State
  /** What has to be on disk before anything of `send` leaves; undefined if the disk may stay as it is. */
  readonly persist: Disk | undefined
  /** Who a message is for follows from its type. */
  readonly send: readonly Message[]
}

/** Nothing comes of it. */
export function ignored<State>(state: State): Turn<State, never, never> {
  return { state, persist: undefined, send: [] }
}
