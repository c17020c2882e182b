import { QuorateError } from '@quorate/core'
import { type Scenario, parseScenario } from '@quorate/scenario'
import { experimentKinds, parseExperiment } from '../experiment/parse-experiment.ts'
import { cuesOf } from './cues.ts'
import type { Complain } from './lesson-error.ts'
import type { Cue, Piece } from './lesson.ts'
import type { Block, Fence } from './markdown.ts'

/** The pieces of a scene whose heading is at `line`: each fence that is played by itself, and the text between them. */
export function scenePieces(line: number, blocks: readonly Block[], complain: Complain): readonly Piece[] {
  const pieces: Piece[] = []
  let text: Block[] = []
  for (const block of blocks) {
    const piece = block.type === 'fence' ? playedPiece(block, complain) : undefined
    if (piece === undefined) text.push(block)
    else {
      if (text.length > 0) pieces.push({ type: 'text', blocks: text })
      text = []
      pieces.push(piece)
    }
  }
  if (text.length > 0) pieces.push({ type: 'text', blocks: text })
  if (!pieces.some(claims)) {
    throw complain(line, 'the scene claims nothing; a fence with an "expect …" is expected in it')
  }
  return pieces
}

/** Does it expect anything? */
function claims(piece: Piece): boolean {
  if (piece.type === 'script') return piece.scenario.statements.some(({ act }) => act.verb === 'expect')
  return piece.type === 'experiment'
}

function playedPiece(fence: Fence, complain: Complain): Piece | undefined {
  if (!fence.isClosed) throw complain(fence.line, 'this fence does not end')
  const kind = experimentKinds.find((known) => known === fence.name)
  if (fence.name !== 'scenario' && kind === undefined) return undefined
  const cues = cuesOf(fence, complain)
  if (kind !== undefined) {
    const { experiment, notes } = parseExperiment(kind, fence, complain)
    return { type: 'experiment', experiment, notes, cues, line: fence.line }
  }
  const scenario = scriptOf(fence, complain)
  const last = scenario.statements.at(-1)
  if (last === undefined) throw complain(fence.line, 'the script has no statements')
  checkCues(cues, last.line, fence, complain)
  return { type: 'script', scenario, cues, line: fence.line }
}

/** A script's own error names a line of the script; ours names one of the file. */
function scriptOf(fence: Fence, complain: Complain): Scenario {
  try {
    return parseScenario(fence.text)
  } catch (error) {
    if (!(error instanceof QuorateError)) throw error
    const { line = 0, problem = error.message } = (error.details ?? {}) as { line?: number; problem?: string }
    throw complain(fence.line + line, problem)
  }
}

function checkCues(cues: readonly Cue[], last: number, fence: Fence, complain: Complain): void {
  const late = cues.find(({ line }) => line > last)
  if (late === undefined) return
  throw complain(fence.line + late.line, 'no statement follows this question, so nothing answers it')
}
