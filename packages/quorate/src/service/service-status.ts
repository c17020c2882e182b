import type { Membership } from '@quorate/core'

/** What a replica says of itself. */
export interface ServiceStatus {
  readonly node: number
  readonly role: string
  readonly established: boolean
  readonly leader: number
  /** In force, as far as it knows, and what is pending. */
  readonly membership: Membership
  readonly appliedIndex: number
  readonly lastIndex: number
  readonly digest: number
  readonly counters: {
    readonly applied: number
    readonly entriesSent: number
    readonly entryMessages: number
    readonly bytesSent: number
    readonly messages: Readonly<Record<string, number>>
    readonly fsyncs: number
    readonly logBytes: number
  }
}
