/**
 * Lessons and labs: what consensus is, shown on the engines themselves.
 *
 * @packageDocumentation
 */
export { type LessonFailure, type LessonVerdict, verdictOf } from './check/check-lesson.ts'
export * from './experiment/index.ts'
export * from './lab/index.ts'
export * from './lesson/index.ts'
export * from './play/index.ts'
export * from './show/index.ts'
