import type { WriteDone } from '@quorate/core'

/** What an operation came to, and who is to be told. */
interface Report {
  readonly done: WriteDone
  readonly error: Error | undefined
}

/** Reports what operations came to: in order, one at a time, and never from within a call of the one who is told. */
export class ReportQueue {
  private readonly reports: Report[] = []
  private calls = 0
  private isReporting = false
  private readonly later: (run: () => void) => void

  /** `later` runs what it is given soon, but not at once. */
  constructor(later: (run: () => void) => void) {
    this.later = later
  }

  /** Runs a call of the owner's, during which nothing is reported; what came up is reported soon after. */
  during(call: () => void): void {
    this.calls += 1
    try {
      call()
    } finally {
      this.calls -= 1
    }
    if (this.reports.length > 0 && !this.isReporting) this.later(() => this.run())
  }

  add(done: WriteDone, error: Error | undefined): void {
    this.reports.push({ done, error })
  }

  /** Makes the reports that were added. */
  run(): void {
    if (this.calls > 0 || this.isReporting) return
    this.isReporting = true
    try {
      for (let next = this.reports.shift(); next !== undefined; next = this.reports.shift())
        next.done(next.error)
    } finally {
      this.isReporting = false
    }
  }
}
