import type { CommandOutput } from '../../src/report/command-output.ts'

/** Keeps what a command prints. */
export class Lines implements CommandOutput {
  readonly all: string[] = []

  line(text: string): void {
    this.all.push(text)
  }

  progress(): void {}
}
