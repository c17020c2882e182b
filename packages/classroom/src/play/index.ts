export type {
  Answered,
  Frame,
  FrameContent,
  FramePlace,
  LessonRun,
  PlayedLesson,
  StepContent,
  Told,
} from './frame.ts'
export type { Happening } from './happening.ts'
export { playLesson, type PlayOptions } from './play-lesson.ts'
export { everythingShown, type Shown, shownTo } from './shown.ts'
export { commandOf, helpLines, type Key } from './keys.ts'
export { type PlayerCommand, type PlayerState, playerAfter, predictionAt, startPlayer } from './player.ts'
