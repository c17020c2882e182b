import { describe, expect, it } from 'vitest'
import { lessonPage, parseLesson, playLesson } from '../src/index.ts'
import { fence, lessonWith, playedSample, sampleText } from './support/lessons.ts'
import { parts } from './support/parts.ts'
import { elementsOf } from './support/elements.ts'

const page = lessonPage(playedSample())

describe('the page of a lesson', () => {
  it('is well formed', () => {
    expect(elementsOf(page).length).toBeGreaterThan(200)
  })

  it('has each id once', () => {
    const ids = elementsOf(page).flatMap(({ attributes }) => attributes.get('id') ?? [])
    expect(ids.length).toBeGreaterThan(4)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('loads nothing and runs nothing', () => {
    const elements = elementsOf(page)
    expect(elements.map(({ name }) => name)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(script|img|iframe|object|embed)$/)]),
    )
    for (const { name, attributes } of elements) {
      for (const [key, value] of attributes) {
        expect(key).not.toMatch(/^on/)
        if (/^https?:/.test(value)) expect(`${name} ${key}`).toBe('a href')
      }
    }
    expect(page).not.toMatch(/@import|url\((?!#)/)
    expect(page).toContain('default-src &#39;none&#39;')
  })

  it('describes its drawings in words', () => {
    const elements = elementsOf(page)
    const drawings = elements.filter(
      ({ name, attributes }) => name === 'svg' && attributes.get('role') === 'img',
    )
    expect(drawings.length).toBeGreaterThan(3)
    for (const { attributes } of drawings) {
      for (const id of attributes.get('aria-labelledby')!.split(' ')) {
        const named = elements.find((other) => other.attributes.get('id') === id)
        expect(named?.name).toMatch(/^(title|desc)$/)
      }
    }
    expect(page).toContain('Node 2 to node 3: AppendEntries with &quot;b&quot; arrives (message 26).</li>')
  })

  it('has the logs as tables', () => {
    expect(page).toContain('<caption>The nodes and their logs then</caption>')
    expect(page).toContain('<td class="committed">&quot;a&quot;<br><small>term 1, committed</small></td>')
    expect(page).toContain('<td class="open">&quot;b&quot;<br><small>term 2</small></td>')
  })

  it('unfolds answers, and has them all at the end for paper', () => {
    expect(page.match(/<summary>(The answer to: |Answer)/g)).toHaveLength(4)
    const onPaper = page.slice(page.indexOf('<section class="answers">'))
    expect(onPaper.match(/<li>/g)).toHaveLength(4)
    expect(onPaper).toContain('A round trip for each batch of reads.')
    expect(page).toContain('@media print')
    expect(page).toContain('prefers-color-scheme: dark')
  })

  it('escapes what the lesson says', () => {
    const wild = sampleText
      .replace('title: A', 'title: <b>&"A')
      .replace('One answer was', '<script>alert(1)</script> One')
      .replaceAll('"b"', '"<i>"')
      .replace(String.raw`\"b\"`, '')
    const text = lessonPage(playLesson(parseLesson('x.md', wild), { parts }))
    expect(elementsOf(text).map(({ name }) => name)).not.toContain('script')
    expect(elementsOf(text).map(({ name }) => name)).not.toContain('b')
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(text).toContain('<title>&lt;b&gt;&amp;&quot;A deposed')
    expect(text).toContain('&lt;i&gt;')
  })

  it('has experiments as tables, with the ways that were found', () => {
    const scene = fence('explore', 'protocol paxos', 'expect violation in 2 steps', 'expect holds')
    const text = lessonPage(playLesson(parseLesson('x.md', lessonWith(scene)), { parts }))
    expect(elementsOf(text).length).toBeGreaterThan(50)
    expect(text).toContain('<td>1234</td>')
    expect(text).toContain('<ol><li>first</li>')
    expect(text).toContain('Confirmed: It can be broken, in 2 steps at the least.')
    expect(text).toContain('Not so: Nothing is wrong in any state of the scope.')
  })
})
