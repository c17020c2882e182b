import type { LogIndex, QuorateError } from '@quorate/core'
import type { Waiter } from '../../src/index.ts'

/** A client that writes down every answer it gets: there should be one. */
export class Answers implements Waiter<unknown> {
  readonly all: { readonly answer?: unknown; readonly index?: LogIndex; readonly error?: QuorateError }[] = []
  /** Called at each answer. */
  onAnswer: () => void = () => {}

  done(answer: unknown, index: LogIndex): void {
    this.all.push({ answer, index })
    this.onAnswer()
  }

  failed(error: QuorateError): void {
    this.all.push({ error })
    this.onAnswer()
  }

  /** The only answer, in short; `waits` without one. */
  get text(): string {
    if (this.all.length > 1) return `${this.all.length} answers`
    const [only] = this.all
    if (only === undefined) return 'waits'
    if (only.error === undefined) return `${JSON.stringify(only.answer)} at ${only.index}`
    return `${only.error.code} ${only.error.outcome}`
  }
}
