/** Reports what operations came to: in order, one at a time, and never from within a call of the one who is told. */
export class ReportQueue {
  private readonly reports: (() => void)[] = []
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

  add(report: () => void): void {
    this.reports.push(report)
  }

  /** Makes the reports that were added. */
  run(): void {
    if (this.calls > 0 || this.isReporting) return
    this.isReporting = true
    try {
      for (let next = this.reports.shift(); next !== undefined; next = this.reports.shift()) next()
    } finally {
      this.isReporting = false
    }
  }
}
