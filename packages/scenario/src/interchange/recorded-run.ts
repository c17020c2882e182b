import type { NodeId } from '@quorate/core'
import type { RunEvent } from '../run/run-event.ts'

/** What an export is made of: a `ScenarioResult`, or the events of moves that were played. */
export interface RecordedRun {
  readonly nodes: readonly NodeId[]
  readonly events: readonly RunEvent[]
}
