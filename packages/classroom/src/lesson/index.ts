export { checkCatalogue, findLesson, type LessonFile, readCatalogue } from './catalogue.ts'
export { type Inline, inlinesOf, plainInlines } from './inline.ts'
export { lessonFiles } from './lesson-files.ts'
export {
  type Cue,
  type Lesson,
  type Level,
  levels,
  type Piece,
  type Question,
  type Section,
} from './lesson.ts'
export { type Block, blocksOf, type Fence, type SourceLine } from './markdown.ts'
export { parseLesson } from './parse-lesson.ts'
export { termPattern } from './terms.ts'
export { type LessonText, vocabularyErrors, wordsKnown } from './vocabulary.ts'
