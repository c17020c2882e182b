import type { Frame, PlayedLesson } from '../../play/frame.ts'
import { arrowHeads } from './diagram.ts'
import { FramesHtml } from './frames-html.ts'
import { type Content, type Markup, markup } from './markup.ts'
import { style } from './style.ts'

/** Forbids the page whatever it does not need: it loads nothing and runs nothing, wherever it is opened. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

/**
 * A lesson as one page that needs nothing else: no network, no scripts. Answers are unfolded; on paper they stand at the end.
 */
export function lessonPage(played: PlayedLesson): string {
  const { lesson } = played
  const name = lesson.number === undefined ? lesson.title : `Lesson ${lesson.number}. ${lesson.title}`
  const maker = new FramesHtml(played)
  const body = sectionsOf(played.frames).map(({ title, frames }) =>
    section(title === lesson.title ? undefined : title, maker.frames(frames)),
  )
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${name}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header>
<h1>${name}</h1>
<p class="lead">For ${lesson.level === 'starter' ? 'starters' : `${lesson.level} readers`}, ${String(lesson.minutes)} minutes.</p>
<p class="claim"><strong>What it shows:</strong> ${lesson.claim}</p>
</header>
<main>
${arrowHeads}${body}${answers(maker)}</main>
<footer><p>Made by Quorate: every scene was played on the engines themselves, and what is marked as confirmed was so.</p></footer>
</body>
</html>
`.text
}

interface PageSection {
  readonly title: string
  readonly frames: readonly Frame[]
}

/** Frames that follow each other under one heading. */
function sectionsOf(frames: readonly Frame[]): readonly PageSection[] {
  const sections: { title: string; frames: Frame[] }[] = []
  for (const frame of frames) {
    const last = sections.at(-1)
    if (last?.title === frame.title) last.frames.push(frame)
    else sections.push({ title: frame.title, frames: [frame] })
  }
  return sections
}

function section(title: string | undefined, contents: Content): Markup {
  return markup`<section>
${title !== undefined && markup`<h2>${title}</h2>\n`}${contents}</section>
`
}

/** On paper nothing can be unfolded. */
function answers({ answers: all }: FramesHtml): Markup | false {
  if (all.length === 0) return false
  const items = all.map(({ question, answer }) => markup`<li>${question}${answer}</li>\n`)
  return markup`<section class="answers"><h2>Answers</h2>
<ol>${items}</ol></section>
`
}
