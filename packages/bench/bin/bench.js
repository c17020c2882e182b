#!/usr/bin/env node
await import(new URL('../dist/main.js', import.meta.url).href)
