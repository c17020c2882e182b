import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runQuorate, temporaryDirectory } from './run-quorate.ts'

describe('quorate lesson', () => {
  it('lists the lessons', async () => {
    const { code, stdout, stderr } = await runQuorate('lesson')
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^ {3}1 {2}starter /)
    expect(code).toBe(0)
  })

  it('writes one out where there is no terminal, and as a page', async () => {
    const { code, stdout, stderr } = await runQuorate('lesson', '1')
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^Lesson 1\. /)
    expect(stdout).toContain('\nConfirmed: ')
    expect(code).toBe(0)
    const file = join(temporaryDirectory(), 'page.html')
    await runQuorate('lesson', '1', '--html', file)
    expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>/)
  })

  it('confirms what a lesson claims, and exits with 1 where it is not so', async () => {
    const good = await runQuorate('lesson', '--check', '1', '2')
    expect(good.stdout).toMatch(/\n2 lessons, \d+ claims: all confirmed\n$/)
    expect(good.code).toBe(0)
    const file = join(temporaryDirectory(), 'mine.md')
    const lesson = readFileSync(new URL('../../docs/lessons.md', import.meta.url), 'utf8')
    writeFileSync(
      file,
      /^````markdown\n(.*?)^````$/ms.exec(lesson)![1]!.replace('expect no leader', 'expect leader 2'),
    )
    const bad = await runQuorate('lesson', '--check', file)
    expect(bad.stdout).toContain(`FAILED  ${file}:`)
    expect(bad.stdout).toContain(`look at it: npx quorate lesson ${file} --plain --scene 1`)
    expect(bad.code).toBe(1)
  })

  it('says what there is when it cannot be found', async () => {
    const { code, stderr } = await runQuorate('lesson', 'nothing')
    expect(stderr).toMatch(/^quorate: there is no lesson "nothing"; there is 01-/)
    expect(code).toBe(64)
  })
})
