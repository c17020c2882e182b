import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const names = ['chromium', 'chromium-browser', 'google-chrome']

/** A browser of this machine; undefined if there is none. */
export function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const places = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  return places.find((place) => existsSync(place))
}

/** Opens `html` without a window, and gives the text of its body once its scripts have run. */
export async function openPage(browser: string, html: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-page-'))
  try {
    const file = join(folder, 'index.html')
    writeFileSync(file, html)
    const words = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${folder}`, '--dump-dom']
    const document = await run(browser, [...words, pathToFileURL(file).href])
    return /<body>(?<text>[^<]*)/.exec(document)?.groups?.['text'] ?? document
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

function run(program: string, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, words, { maxBuffer: 2 ** 26, timeout: 120_000 }, (error, stdout) => {
      if (error === null) resolve(stdout)
      else reject(error)
    })
  })
}
