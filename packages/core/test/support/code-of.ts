import { QuorateError } from '../../src/index.ts'

/** The code of the `QuorateError` that `action` throws; `none`, or what else it throws. */
export function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    return error instanceof QuorateError ? error.code : `another exception: ${String(error)}`
  }
  return 'none'
}
