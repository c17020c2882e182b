import { fileURLToPath } from 'node:url'
import { build, defaultClientConditions } from 'vite'

/** One self-contained page that runs the program `entry` of this folder. */
export async function bundlePage(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['@quorate/source', ...defaultClientConditions] },
    build: {
      write: false,
      lib: { entry: fileURLToPath(new URL(entry, import.meta.url)), formats: ['iife'], name: 'page' },
    },
  })
  const outputs = Array.isArray(built) ? built : [built]
  const chunks = outputs.flatMap((bundle) => ('output' in bundle ? bundle.output : []))
  const code = chunks.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('\n')
  return `<!doctype html><meta charset="utf-8"><body><script>${code.replaceAll('</script', String.raw`<\/script`)}</script>`
}
