/** Things to be done soon, one at a time, in order: the environment of what lives in memory. */
export class Queue {
  private readonly waiting: (() => void)[] = []

  readonly defer = (run: () => void): void => {
    this.waiting.push(run)
  }

  readonly step = (): boolean => {
    const run = this.waiting.shift()
    run?.()
    return run !== undefined
  }
}
