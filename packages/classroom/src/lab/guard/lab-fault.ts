/** What a student's code did that it may not do, in words for the student. A finding, not an accident of the grader. */
export class LabFault extends Error {
  override readonly name = 'LabFault'
}
