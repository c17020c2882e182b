export { lessonPage } from './html/page.ts'
export { catalogueText, lessonHead } from './text/lesson-head.ts'
export { type Screen, screenOf } from './text/screen.ts'
export { lessonTranscript } from './text/transcript.ts'
