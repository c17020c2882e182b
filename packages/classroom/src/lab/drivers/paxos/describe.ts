import type { PaxosStep } from './cluster.ts'
import type { Turn } from './turn.ts'
import { type Effect, showMessage } from './wire.ts'

/** A step as a sentence: who, what, and what came of it. */
export function describeStep(
  step: PaxosStep,
  { done, of, crashed, changed, failed }: Pick<Turn, 'done' | 'of' | 'crashed' | 'changed' | 'failed'>,
): string {
  if (step.do === 'crash') return `${step.node} crashes and restarts`
  const happened =
    step.do === 'propose'
      ? `${step.node} is asked for "${step.value}"`
      : `${step.to} receives ${showMessage(step.message)} of ${step.from}`
  const did = wordsFor(step, done)
  const parts = [happened, ...did]
  if (failed) return `${happened}, and its code fails`
  if (crashed) return `${parts.join(', ')}, and crashes${crashMoment(done, of)}; it restarts`
  if (of > 0) return parts.join(', ')
  return `${happened}, and ${changed ? 'takes note of it' : 'ignores it'}`
}

/** Which effects it did not come to: a crash comes before or after a write. */
function crashMoment(done: readonly Effect[], of: number): string {
  if (done.length === of) return ''
  if (done.at(-1)?.type !== 'persist') return ' before its disk has it'
  return done.every(({ type }) => type === 'persist')
    ? ' before anything is sent'
    : ' before the rest is sent'
}

function wordsFor(step: Exclude<PaxosStep, { do: 'crash' }>, done: readonly Effect[]): string[] {
  const to = step.do === 'deliver' ? step.from : undefined
  const words: string[] = []
  const groups = new Map<string, number[]>()
  for (const effect of done) {
    if (effect.type === 'persist') words.push('writes its disk')
    else if (effect.type === 'decide') words.push(`decides "${effect.value}"`)
    else {
      const text = showMessage(effect.message)
      const group = groups.get(text)
      if (group !== undefined) group.push(effect.to)
      else {
        groups.set(text, [effect.to])
        words.push(text)
      }
    }
  }
  return words.map((word) => {
    const group = groups.get(word)
    if (group === undefined) return word
    const isAnswer = to !== undefined && to.endsWith(` ${group[0]}`) && group.length === 1
    const kind = step.do === 'propose' || step.to.startsWith('proposer') ? 'acceptor' : 'proposer'
    const whom = isAnswer ? '' : ` to ${kind}${group.length > 1 ? 's' : ''} ${group.join(', ')}`
    return `sends ${word}${whom}`
  })
}
