import { QuorateError } from '@quorate/core'
import type { EngineOptions } from '@quorate/scenario'

/** One more option of an engine: `preVote=false`, `unsafe.commitOldTerms=true`. */
export function collectOption(text: string, before: EngineOptions = {}): EngineOptions {
  const pair = /^([A-Za-z][\w.]*)=(.+)$/.exec(text)
  if (pair === null) {
    throw new QuorateError('USAGE', `"${text}" is no option of an engine; write preVote=false`)
  }
  const [, name, value] = pair
  return { ...before, [name!]: parseValue(value!) }
}

function parseValue(text: string): number | boolean | string {
  if (text === 'true' || text === 'false') return text === 'true'
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}
