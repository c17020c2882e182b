import { loadLab } from './catalogue.ts'
import { endFault } from './check-lab.ts'
import type { ReplayedStep } from './driver.ts'
import type { Failure } from './grade/result.ts'
import type { Report } from './worker/protocol.ts'
import { type Patience, runWorker } from './worker/run-worker.ts'

/** A failure played again with the code as it is now. */
export interface LabReplay {
  readonly played: readonly ReplayedStep[]
  /** Why it could not be played. */
  readonly fault?: string
}

/** Plays a failure again, step by step, with the code that is in the directory now. */
export async function replayLab(
  id: string,
  directory: string,
  failure: Pick<Failure, 'part' | 'setting' | 'steps'>,
  patience?: Patience,
): Promise<LabReplay> {
  const { data, driver } = await loadLab(id)
  let played: readonly ReplayedStep[] = []
  let fault: string | undefined
  const onReport = (report: Report): void => {
    if (report.type === 'replayed') played = report.played
    if (report.type === 'unusable') fault = report.message
  }
  const end = await runWorker({ lab: id, directory, task: { type: 'replay', failure } }, onReport, patience)
  fault ??= endFault(end, data, driver.places)
  return fault === undefined ? { played } : { played, fault }
}
