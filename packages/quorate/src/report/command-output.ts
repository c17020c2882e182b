/** Where a command writes. */
export interface CommandOutput {
  /** A line that stays. */
  line(text: string): void
  /** What goes on, replaced by the next; the empty text clears it. */
  progress(text: string): void
}

/** The process's own streams: lines to stdout; progress to stderr, if somebody is looking at it. */
export function processOutput(): CommandOutput {
  const { stdout, stderr } = process
  // Whoever reads may have seen enough: `quorate sim --verbose | head`.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  return {
    line: (text) => void stdout.write(`${text}\n`),
    progress: (text) => {
      if (stderr.isTTY) stderr.write(`\r\u001B[2K${text.slice(0, stderr.columns - 1)}`)
    },
  }
}
