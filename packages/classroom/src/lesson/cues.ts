import type { Complain } from './lesson-error.ts'
import type { Cue } from './lesson.ts'
import type { Fence } from './markdown.ts'

/** The questions to predict in a fence: `#?` and `#=`, each on as many lines as it takes. */
export function cuesOf(fence: Fence, complain: Complain): readonly Cue[] {
  const cues: Cue[] = []
  let open: { line: number; question: string; answer: string } | undefined
  const close = (): void => {
    if (open === undefined) return
    if (open.answer === '')
      throw complain(
        fence.line + open.line,
        'this question has no answer; a line "#= …" is expected behind it',
      )
    cues.push(open)
    open = undefined
  }
  for (const [i, text] of fence.text.split('\n').entries()) {
    const [, mark, words] = /^\s*#([?=])\s*(.*?)\s*$/.exec(text) ?? []
    if (mark === undefined) close()
    else if (words === '') throw complain(fence.line + i + 1, `"#${mark}" is without words`)
    else if (mark === '=') {
      if (open === undefined)
        throw complain(
          fence.line + i + 1,
          'this is an answer without a question; a line "#? …" is expected before it',
        )
      open = { ...open, line: i + 1, answer: `${open.answer} ${words}`.trim() }
    } else {
      if (open !== undefined && open.answer !== '') close()
      open = { line: i + 1, question: `${open?.question ?? ''} ${words}`.trim(), answer: '' }
    }
  }
  close()
  return cues
}
